// Damage shape: `{"a":1}{"b":2}`. A record is whole but for its LF, and the next one is glued onto it, so that
// two good records are one bad line. The LF is cut off by RLIMIT_FSIZE, by a door, and by another writer that
// never wrote it (W1, W3).

import { FaultyDoor } from '../support/faulty-door.js'
import { Remote } from '../support/remote-file.js'
import { temporaryPath, textOf } from '../support/temporary.js'
import { alone, besideReader, keepOpen, leaving, lineBytes, recordOf, withRoomFor } from './support/cuts.js'
import { forms, openHere, RemoteWriter } from './support/forms.js'
import { expectUndamaged, type Acknowledged } from './support/judge.js'

const allButLineFeed = lineBytes - 1
const [first, second, third] = [recordOf(101), recordOf(102), recordOf(103)]

function expectNoneGlued(path: string): void {
  expect(textOf(path)).not.toContain('}{')
}

test('fs.appendFileSync, going on after EFBIG, makes it', async () => {
  const path = temporaryPath()
  const remote = await Remote.open({ type: 'PlainFile', method: 'openSync', path })
  await withRoomFor(allButLineFeed, remote, path, () => remote.failure('appendSync', `${first}\n`))
  await remote.call('appendSync', `${second}\n`)
  expect(textOf(path)).toBe(`${first}${second}\n`)
})

describe.each(forms)('$name', (form) => {
  test.each([alone, besideReader])(
    'whose LF is cut off by a file size limit $name is taken back, and may be given again',
    async ({ read, told, options }) => {
      const path = temporaryPath()
      const writer = await RemoteWriter.open(form, path, options)
      if (read) keepOpen(path)
      const acknowledged: Acknowledged[] = []
      for (const record of [first, second, third]) {
        const error = await writer.failureAt(allButLineFeed, record)
        expect(error).toMatchObject({ code: 'EFBIG', ...told })
        expect(textOf(path)).not.toContain(record)
        acknowledged.push({ record, range: await writer.append(record) })
        expectUndamaged(path, { acknowledged })
        expectNoneGlued(path)
      }
    },
  )

  test('whose LF is cut off and which is left is told as pending, and is not to be given again', async () => {
    const path = temporaryPath()
    const writer = await RemoteWriter.open(form, path, leaving.options)
    const error = await writer.failureAt(allButLineFeed, first)
    const range = { start: 0, end: allButLineFeed }
    expect(error).toMatchObject({ ...leaving.told, retryable: false, range })
    const acknowledged: Acknowledged[] = []
    for (const record of [second, third]) acknowledged.push({ record, range: await writer.append(record) })
    // It stands, once, where the error says.
    expectUndamaged(path, { acknowledged, others: [first] })
    expectNoneGlued(path)
  })

  test('whose LF is cut off for a moment only stands whole and once', async () => {
    const path = temporaryPath()
    const door = new FaultyDoor({ write: [{ landed: allButLineFeed }] })
    const writer = openHere(form, path, door)
    const acknowledged: Acknowledged[] = []
    for (const record of [first, second, third]) {
      acknowledged.push({ record, range: await writer.append(record) })
      expectUndamaged(path, { acknowledged })
    }
    expect(textOf(path)).toBe(`${first}\n${second}\n${third}\n`)
  })

  test("behind another process's whole record without its LF stands on a line of its own", async () => {
    const path = temporaryPath()
    const writer = openHere(form, path)
    const other = await Remote.open({ type: 'PlainFile', method: 'openSync', path })
    const acknowledged: Acknowledged[] = []
    const others: string[] = []
    for (let i = 0; i < 10; i++) {
      const [theirs, ours] = [`{"theirs":${i}}`, recordOf(200 + i)]
      await other.call('appendSync', theirs)
      others.push(theirs)
      acknowledged.push({ record: ours, range: await writer.append(ours) })
      expectUndamaged(path, { acknowledged, others })
      expectNoneGlued(path)
    }
  })
})

describe.each(['append', 'write', 'appendAll'])('several records by %s in one write', (method) => {
  test.each([1, 2, 3])(
    'whose cut takes the LF of record %i stand whole, once and in order',
    async (whole) => {
      const path = temporaryPath()
      const remote = await Remote.open({ type: 'Recorder', path })
      const values = [first, second, third].map((record) => JSON.parse(record) as unknown)
      const give =
        method === 'appendAll' ? [[method, values] as const] : values.map((value) => [method, value] as const)
      const answers = await withRoomFor(whole * lineBytes - 1, remote, path, () =>
        remote.calls(...give, ['flush']),
      )
      expect(answers.at(-1)?.error ?? answers.at(-2)?.error).toMatchObject({ code: 'EFBIG' })
      const there = method === 'appendAll' ? [] : [first, second, third].slice(0, whole - 1)
      expectUndamaged(path, { acknowledged: there.map((record) => ({ record, range: null })) })
      // What was told as failed is given again; what write() has taken is still there.
      for (const [i, call] of give.entries()) if (answers[i]?.error !== undefined) await remote.call(...call)
      await remote.call('flush')
      expect(textOf(path)).toBe(`${first}\n${second}\n${third}\n`)
    },
  )
})
