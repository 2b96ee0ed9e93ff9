// Proof of sole ownership: while anybody else has the file open, if only to read it, nothing is removed, and
// the report says that the tail was left (W2).

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, writeSync } from 'node:fs'
import { Recorder } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { thrownBy } from '../support/failure.js'
import { everyOpen, openRecorder } from '../support/open-recorder.js'
import { fileWith, textOf } from '../support/temporary.js'
import { quarantinedBytes, quarantineOf, stateOf } from './torn-file.js'

const whole = '{"a":1}\n'
const torn = '{"b":"tor'
const range = { start: whole.length, end: whole.length + torn.length }

/** A process that has the file open and does nothing with it. */
function holder(path: string, flags: string): ChildProcess {
  const fd = openSync(path, flags)
  const child = spawn('sleep', ['600'], { stdio: [fd, 'ignore', 'ignore'] })
  closeSync(fd)
  afterTest(() => child.kill('SIGKILL'))
  return child
}

async function end(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
}

describe.each(everyOpen)('Recorder.%s', (_, open) => {
  describe.each([
    ['reading', 'r'],
    ['reading and writing', 'r+'],
    ['appending', 'a'],
  ])('while another process has the file open for %s', (__, flags) => {
    test.each(['quarantine', 'truncate'] as const)('leaves the tail with tornTail: %s', async (tornTail) => {
      const path = fileWith(whole + torn)
      const child = holder(path, flags)
      const before = stateOf(path)
      const recorder = await open(path, { tornTail })
      expect(recorder.repair).toEqual({
        action: 'left',
        range,
        reason: 'torn',
        quarantine: null,
        damage: [],
        failure: null,
      })
      expect(stateOf(path)).toEqual(before)
      expect(quarantineOf(path)).toEqual([])
      await end(child)
    })

    test('puts the first record onto a line of its own, and none after it', async () => {
      const path = fileWith(whole + torn)
      const child = holder(path, flags)
      const recorder = await open(path)
      expect(await recorder.append({ d: 4 })).toEqual({ start: range.end + 1, end: range.end + 9 })
      expect(await recorder.append({ e: 5 })).toEqual({ start: range.end + 9, end: range.end + 17 })
      expect(textOf(path)).toBe(`${whole}${torn}\n{"d":4}\n{"e":5}\n`)
      await end(child)
    })

    test('mends it at the next opening, when that process is gone', async () => {
      const path = fileWith(whole + torn)
      const child = holder(path, flags)
      await (await open(path)).close()
      await end(child)
      expect((await open(path)).repair).toMatchObject({ action: 'quarantined', range })
      expect(textOf(path)).toBe(whole)
      expect(quarantinedBytes(path).toString()).toBe(torn)
    })
  })

  test('a missing LF needs no proof: adding it takes nothing', async () => {
    const path = fileWith('{"a":1}')
    const child = holder(path, 'r')
    expect((await open(path)).repair?.action).toBe('completed')
    expect(textOf(path)).toBe(whole)
    await end(child)
  })

  test('another recorder of this process is somebody else', async () => {
    const path = fileWith(whole)
    const first = openRecorder({}, path)
    expect(first.repair).toBeNull()
    // As a plain appender leaves it when it dies.
    const fd = openSync(path, 'a')
    writeSync(fd, torn)
    closeSync(fd)
    const second = await open(path)
    expect(second.repair).toMatchObject({ action: 'left', range })
    expect(textOf(path)).toBe(whole + torn)
  })
})

test.each(['r', 'a'])(
  'the exclusive lock is no proof against who has it open (%s) and locks nothing',
  async (flags) => {
    const path = fileWith(whole + torn)
    const child = holder(path, flags)
    const recorder = openRecorder({ lock: 'exclusive' }, path)
    expect(recorder.repair).toMatchObject({ action: 'left', range })
    expect(textOf(path)).toBe(whole + torn)
    await end(child)
  },
)

test('a recorder that holds the file exclusively keeps others from mending it', () => {
  const path = fileWith(whole)
  openRecorder({ lock: 'exclusive' }, path)
  expect(thrownBy(() => Recorder.openSync(path))).toMatchObject({ kind: 'ResourceBusy' })
  expect(textOf(path)).toBe(whole)
})
