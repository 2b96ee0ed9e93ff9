// ulimit -f, a limit that needs no root: what an append beyond it is told, in each form (W7).

import type { AppendFileOptions } from '../../lib/index.js'
import { Remote } from '../support/remote-file.js'
import { temporaryPath, textOf } from '../support/temporary.js'

const before = `"${'x'.repeat(997)}"\n`
const value = 'y'.repeat(97)
const record = `"${value}"\n`
/** What is cut off at 1,024 bytes. */
const range = { start: 1000, end: 1024 }

const common = {
  name: 'AppendError',
  errno: 27,
  code: 'EFBIG',
  kind: 'FileTooLarge',
  syscall: 'write',
  state: 'failed',
  retryable: false,
}

const forms = [
  ['AppendFile', 'appendSync', record],
  ['AppendFile', 'append', record],
  ['Recorder', 'appendSync', value],
  ['Recorder', 'append', value],
  ['Recorder', 'appendLineSync', record.trimEnd()],
  ['Recorder', 'appendLine', record.trimEnd()],
  ['Recorder', 'appendAll', [value]],
] as const

async function open(
  type: 'AppendFile' | 'Recorder',
  path: string,
  options: AppendFileOptions = {},
): Promise<Remote> {
  const remote = await Remote.open({ type, path, options }, { fileLimit: 1 })
  await remote.call('appendSync', type === 'Recorder' ? 'x'.repeat(997) : before)
  return remote
}

describe.each(forms)('%s.%s', (type, method, argument) => {
  test('that is cut short tells the cause and the range that landed, and leaves nothing', async () => {
    const path = temporaryPath()
    const remote = await open(type, path)
    const error = await remote.failure(method, argument)
    expect(error).toMatchObject({
      ...common,
      path,
      range,
      requested: record.length,
      rollback: { outcome: 'truncated', range },
    })
    expect(error.message).toContain(path)
    expect(error.message).toContain('EFBIG, write')
    expect(error.message).toContain('24 of 100 bytes landed at [1000, 1024)')
    expect(textOf(path)).toBe(before)
  })

  test('of which nothing fits has no range', async () => {
    const path = temporaryPath()
    const remote = await open(type, path)
    // Fills the file to the limit.
    await remote.call('appendSync', type === 'Recorder' ? 'z'.repeat(21) : `${'z'.repeat(23)}\n`)
    expect(await remote.failure(method, argument)).toMatchObject({
      ...common,
      path,
      range: null,
      requested: record.length,
      rollback: null,
    })
    expect(textOf(path)).toHaveLength(1024)
  })

  test("with rollback: 'none' leaves the fragment and says so", async () => {
    const path = temporaryPath()
    const remote = await open(type, path, { rollback: 'none' })
    expect(await remote.failure(method, argument)).toMatchObject({
      ...common,
      range,
      state: 'pending',
      rollback: { outcome: 'none', range },
    })
    expect(textOf(path)).toBe(before + record.slice(0, 24))
  })

  test('works again once the limit is lifted, and the failed record is there once', async () => {
    const path = temporaryPath()
    const remote = await open(type, path)
    await remote.failure(method, argument)
    await remote.limitFiles('unlimited')
    const end = 1000 + record.length
    expect([await remote.call(method, argument)].flat()).toEqual([{ start: 1000, end }])
    await remote.call('close')
    expect(textOf(path)).toBe(before + record)
  })
})
