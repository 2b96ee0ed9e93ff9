// A write that is cut short, at every byte: nothing of the record is left, the error tells what landed, and
// the retry stands whole (W1, W3, W7).

import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import type { AppendFile } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf } from '../support/failure.js'
import { FaultyDoor, openFaultyFile } from '../support/faulty-door.js'
import { temporaryPath, textOf } from '../support/temporary.js'

const ENOSPC = 28
const EPERM = 1

const record = '{"a":"é"}\n'
const bytes = Buffer.byteLength(record)
const everyCut = Array.from({ length: bytes - 1 }, (_, i) => i + 1)

interface Setting {
  readonly door: FaultyDoor
  readonly file: AppendFile
  readonly path: string
}

/** A file with a line in it, whose next write lands in part and the one after that not at all. */
function cutAt(cut: number, ladder: FaultyDoor['faults'] = {}): Setting {
  const path = temporaryPath()
  writeFileSync(path, 'old\n')
  const door = new FaultyDoor({ write: [{ landed: cut }, { errno: ENOSPC }], ...ladder })
  return { door, path, file: openFaultyFile(door, path) }
}

describe.each([
  ['appendSync', (file: AppendFile, line: string) => Promise.resolve(file.appendSync(line))],
  ['append', (file: AppendFile, line: string) => file.append(line)],
])('%s', (_, append) => {
  test.each(everyCut)('cut at byte %i is cut off the file, and the retry stands whole', async (cut) => {
    const { file, path } = cutAt(cut)
    const range = { start: 4, end: 4 + cut }
    expect(await failureOf(() => append(file, record))).toMatchObject({
      name: 'AppendError',
      code: 'ENOSPC',
      errno: ENOSPC,
      kind: 'StorageFull',
      syscall: 'write',
      path,
      range,
      requested: bytes,
      state: 'failed',
      retryable: true,
      rollback: { outcome: 'truncated', range, refused: [] },
    })
    expect(textOf(path)).toBe('old\n')
    expect(await append(file, record)).toEqual({ start: 4, end: 4 + bytes })
    expect(textOf(path)).toBe(`old\n${record}`)
  })

  test.each(everyCut)('cut at byte %i is blanked where somebody reads the file', async (cut) => {
    const { file, path } = cutAt(cut)
    const reader = openSync(path, 'r')
    afterTest(() => {
      closeSync(reader)
    })
    const range = { start: 4, end: 4 + cut }
    expect(await failureOf(() => append(file, record))).toMatchObject({
      code: 'ENOSPC',
      range,
      state: 'failed',
      rollback: { outcome: 'erased', range, refused: [{ rung: 'lease', reason: 'EAGAIN' }] },
    })
    expect(textOf(path)).toBe(`old\n${' '.repeat(cut)}`)
    expect(await append(file, record)).toEqual({ start: 4 + cut, end: 4 + cut + bytes })
    expect(textOf(path)).toBe(`old\n${' '.repeat(cut)}${record}`)
  })

  test.each(everyCut)('cut at byte %i and not to be taken back stays on a line of its own', async (cut) => {
    const refused = {
      truncateUnderLease: [{ errno: EPERM }, { errno: EPERM }],
      erase: [{ errno: EPERM }, { errno: EPERM }],
    }
    const { file, path } = cutAt(cut, refused)
    expect(await failureOf(() => append(file, record))).toMatchObject({
      code: 'ENOSPC',
      state: 'pending',
      range: { start: 4, end: 4 + cut },
      rollback: {
        outcome: 'pending',
        refused: [
          { rung: 'lease', reason: 'EPERM' },
          { rung: 'erase', reason: 'EPERM' },
        ],
      },
    })
    // With an LF before it, which is not in its range.
    expect(await append(file, record)).toEqual({ start: 5 + cut, end: 5 + cut + bytes })
    const fragment = Buffer.from(record).subarray(0, cut)
    expect(readFileSync(path)).toEqual(
      Buffer.concat([Buffer.from('old\n'), fragment, Buffer.from(`\n${record}`)]),
    )
  })

  test('cut short for a moment only, it is appended all the same', async () => {
    const path = temporaryPath()
    const file = openFaultyFile(new FaultyDoor({ write: [{ landed: 3 }] }), path)
    expect(await append(file, record)).toEqual({ start: 0, end: bytes })
    expect(textOf(path)).toBe(record)
  })

  test('cut short again and again without a cause ends in an error, and nothing is left but blanks', async () => {
    const path = temporaryPath()
    const write = Array.from({ length: 20 }, (__, i) => (i % 2 === 0 ? { landed: 3 } : {}))
    const file = openFaultyFile(new FaultyDoor({ write }), path)
    expect(await failureOf(() => append(file, record))).toMatchObject({
      code: 'ERR_SHORT_WRITE',
      kind: 'WriteZero',
      syscall: 'write',
      state: 'failed',
      retryable: true,
    })
    expect(textOf(path).trim()).toBe('')
  })

  test('cut short again and again and never to be taken back, it says so: pending, with a range', async () => {
    const path = temporaryPath()
    const write = Array.from({ length: 20 }, (__, i) => (i % 2 === 0 ? { landed: 3 } : {}))
    const never = Array.from({ length: 50 }, () => ({ errno: EPERM }))
    const door = new FaultyDoor({ write, truncateUnderLease: [...never], erase: [...never] })
    const error = await failureOf(() => append(openFaultyFile(door, path), record))
    expect(error).toMatchObject({
      code: 'ERR_SHORT_WRITE',
      state: 'pending',
      rollback: { outcome: 'pending' },
    })
    expect(error).toHaveProperty('range.start', expect.any(Number))
  })

  test('that fails without a byte leaves the file as it was, and has no range', async () => {
    const path = temporaryPath()
    const file = openFaultyFile(new FaultyDoor({ write: [{ errno: ENOSPC }] }), path)
    expect(await failureOf(() => append(file, record))).toMatchObject({
      code: 'ENOSPC',
      range: null,
      rollback: null,
      requested: bytes,
      state: 'failed',
    })
    expect(textOf(path)).toBe('')
  })
})
