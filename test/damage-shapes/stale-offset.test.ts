// Damage shape: a writer that leaves append mode keeps an offset of its own, and overwrites what others have
// appended since, or leaves a hole where they have cut the file. Whatever others do to the file, every byte of
// theirs stands after our append as before it, ours come behind, and the descriptor never leaves append mode
// (W1, W2).

import {
  appendFileSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import type { ByteRange, Recorder } from '../../lib/index.js'
import { failureOf } from '../support/failure.js'
import { FaultyDoor } from '../support/faulty-door.js'
import { openRecorderThrough } from '../support/open-recorder.js'
import { temporaryPath, textOf } from '../support/temporary.js'
import { besideReader, everyTornCut, keepOpen, lineBytes, recordOf } from './support/cuts.js'
import { forms, openHere, type Writer } from './support/forms.js'
import { InterposedDoor } from './support/interposed-door.js'
import { damageIn, expectUndamaged } from './support/judge.js'

const ENOSPC = 28
const EIO = 5
const EPERM = 1

type Meddling = readonly [what: string, act: (path: string) => void]

/** What others do to a file with four records in it, behind our back. */
const meddlings: readonly Meddling[] = [
  ['empties it', (path) => truncateSync(path, 0)],
  ['cuts it at the end of a line', (path) => truncateSync(path, 2 * lineBytes)],
  ['cuts it in the middle of a line', (path) => truncateSync(path, 2 * lineBytes + 7)],
  ['cuts off its last LF', (path) => truncateSync(path, 4 * lineBytes - 1)],
  ['appends a line', (path) => appendFileSync(path, '{"theirs":1}\n')],
  ['appends many lines', (path) => appendFileSync(path, '{"theirs":1}\n'.repeat(10_000))],
  ['appends half a line', (path) => appendFileSync(path, '{"theirs":')],
  ['empties it and appends a line', (path) => refill(path, '{"theirs":1}\n')],
  ['empties it and appends half a line', (path) => refill(path, '{"theirs":')],
  ['empties it and appends as much as there was', (path) => refill(path, '{"1":"two"}\n\n'.repeat(100))],
]

/** At most as long as it was, so that the length tells nothing. */
function refill(path: string, bytes: string): void {
  const { size } = statSync(path)
  truncateSync(path, 0)
  appendFileSync(path, bytes.length < size ? bytes : `{"1":"${'2'.repeat(size - 9)}"}\n`)
}

function linesIn(bytes: Buffer): string[] {
  return bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '')
}

/** Everything that stood there stands there still, and what was appended is behind it. */
function expectOnlyAppended(path: string, before: Buffer, ranges: readonly ByteRange[]): void {
  const after = readFileSync(path)
  expect(after.subarray(0, before.length).equals(before)).toBe(true)
  expect(Math.min(...ranges.map(({ start }) => start))).toBeGreaterThanOrEqual(before.length)
  expect(Math.max(...ranges.map(({ end }) => end))).toBe(after.length)
}

async function appendFour(writer: Writer): Promise<void> {
  for (const n of [901, 902, 903, 904]) await writer.append(recordOf(n))
}

test('writing at an offset of its own overwrites what others appended, and leaves a hole where they cut', () => {
  const path = temporaryPath()
  const [ours, theirs] = [recordOf(100), '{"theirs":"a line as long"}']
  appendFileSync(path, `${ours}\n`)
  const fd = openSync(path, 'r+')
  const offset = statSync(path).size
  appendFileSync(path, `${theirs}\n`)
  writeSync(fd, `${recordOf(101)}\n`, offset)
  const records = [ours, recordOf(101)].map((record) => ({ record, range: null }))
  expect(damageIn(path, { acknowledged: records, others: [theirs] })).not.toEqual([])
  truncateSync(path, 0)
  writeSync(fd, `${recordOf(102)}\n`, offset)
  closeSync(fd)
  expect(textOf(path)).toBe(`${'\0'.repeat(offset)}${recordOf(102)}\n`)
})

describe.each(forms)('$name', (form) => {
  test.each(meddlings)('after somebody %s changes no byte and stands whole behind all', async (_, meddle) => {
    const path = temporaryPath()
    const writer = openHere(form, path)
    await appendFour(writer)
    meddle(path)
    const before = readFileSync(path)
    const acknowledged = []
    for (const record of [recordOf(100), recordOf(101)]) {
      acknowledged.push({ record, range: await writer.append(record) })
    }
    const ranges = acknowledged.map(({ range }) => range)
    expectOnlyAppended(path, before, ranges)
    expectUndamaged(path, {
      acknowledged,
      others: linesIn(before).map((line) => Buffer.from(line, 'latin1')),
    })
  })

  describe.each(['write', 'truncateUnderLease', 'erase'] as const)(
    'cut short, and before its %s',
    (moment) => {
      test.each(meddlings)('somebody %s: changes no byte of that, and leaves no hole', async (_, meddle) => {
        for (const cut of [1, 12, 17, 24]) {
          const path = temporaryPath()
          const faulty = new FaultyDoor()
          const door = new InterposedDoor(faulty)
          const writer = openHere(form, path, door)
          await appendFour(writer)
          const ours = Buffer.from(recordOf(100)).subarray(0, cut)
          let before = Buffer.alloc(0)
          const act = (): void => {
            meddle(path)
            before = readFileSync(path)
          }
          door.before[moment] = moment === 'write' ? [null, act] : [act]
          faulty.faults.write = [{ landed: cut }, { errno: ENOSPC }]
          if (moment === 'erase') faulty.faults.truncateUnderLease = [{ errno: EPERM }]
          await failureOf(() => writer.append(recordOf(100)))
          const range = await writer.append(recordOf(101))
          const after = readFileSync(path)
          expect(after.includes(0)).toBe(false)
          expect(after.subarray(range.start, range.end).toString()).toBe(`${recordOf(101)}\n`)
          // Blanks are our fragment; they stand only where that stood, and nothing else has changed.
          const fragment = { start: 4 * lineBytes, end: 4 * lineBytes + cut }
          const there = before.subarray(fragment.start, fragment.end).equals(ours)
          const expected = Buffer.from(before)
          const blanked = after.subarray(fragment.start, fragment.end).every((byte) => byte === 0x20)
          if (there && blanked) expected.fill(' ', fragment.start, fragment.end)
          const cutOff = there && before.length === fragment.end && range.start === fragment.start
          const kept = cutOff ? expected.subarray(0, fragment.start) : expected
          expect(after.subarray(0, kept.length).toString('latin1')).toBe(kept.toString('latin1'))
        }
      })
    },
  )

  test('is in append mode on its only descriptor, after every way of taking a fragment back', async () => {
    const path = temporaryPath()
    const door = new FaultyDoor()
    const writer = openHere(form, path, door)
    const modes = [modesOf(path)]
    const ladders: FaultyDoor['faults'][] = [
      {},
      { truncateUnderLease: [{ errno: EPERM }] },
      { truncateUnderLease: [{ errno: EPERM }], erase: [{ errno: EPERM }] },
    ]
    for (const cut of everyTornCut) {
      for (const ladder of ladders) {
        Object.assign(door.faults, ladder, { write: [{ landed: cut }, { errno: ENOSPC }] })
        await failureOf(() => writer.append(recordOf(100)))
        modes.push(modesOf(path))
        await writer.append(recordOf(101))
        modes.push(modesOf(path))
      }
    }
    expect(modes.filter((mode) => mode.join() !== 'append')).toEqual([])
  })
})

const O_APPEND = 0o2000

/** The mode of each descriptor of this process that leads to the file and can write, as the kernel has it. */
function modesOf(path: string): string[] {
  const modes: string[] = []
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`) !== path) continue
      const flags = parseInt(/^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))![1]!, 8)
      if ((flags & 3) !== 0) modes.push((flags & O_APPEND) === 0 ? 'anywhere' : 'append')
    } catch {
      // The descriptor of the listing itself.
    }
  }
  return modes
}

test('what is asked of the kernel does tell a descriptor that is not in append mode', () => {
  const path = temporaryPath()
  appendFileSync(path, '')
  const fds = [openSync(path, 'r+'), openSync(path, 'a'), openSync(path, 'r')]
  expect(modesOf(path).toSorted()).toEqual(['anywhere', 'append'])
  for (const fd of fds) closeSync(fd)
})

describe('a recorder is in append mode on its only descriptor', () => {
  async function expectGoesOn(recorder: Recorder): Promise<void> {
    expect(modesOf(recorder.path)).toEqual(['append'])
    const range = await recorder.append(1)
    expect(range.end).toBe(statSync(recorder.path).size)
  }

  test('after reopen and sync', async () => {
    const recorder = openRecorderThrough(new FaultyDoor())
    await recorder.append(0)
    await recorder.reopen()
    await expectGoesOn(recorder)
    await recorder.sync()
    await expectGoesOn(recorder)
  })

  test.each(['rescue', 'rotate'] as const)('after a failed sync and %s', async (onSyncFailure) => {
    const door = new FaultyDoor({ writeAndSync: [{}, { errno: EIO }] })
    const recorder = openRecorderThrough(door, { fsync: 'always', onSyncFailure })
    for (let i = 0; i < 3; i++) await recorder.append(i)
    expect(door.calls.writeAndSync).toBeGreaterThan(1)
    await expectGoesOn(recorder)
  })

  test('after opening a file whose tail was torn', async () => {
    for (const { read } of [{ read: false }, besideReader]) {
      const path = temporaryPath()
      appendFileSync(path, '{"old":1}\n{"torn":')
      if (read) keepOpen(path)
      const writer = openHere(forms[3]!, path)
      expect(modesOf(path)).toEqual(['append'])
      await writer.close()
    }
  })
})
