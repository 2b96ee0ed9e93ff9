// Fragments that are owed are compared with their bytes, and these are kept only up to a bound (W8). Those
// beyond it are given up, and closing still tells their ranges (W7).

import { truncateSync } from 'node:fs'
import type { AppendError } from '../../lib/index.js'
import { TrackedFile } from '../../lib/append-file/tracked-file.js'
import { nativeDoor } from '../../lib/door/native-door.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { FaultyDoor, openFaultyFile, type Fault } from '../support/faulty-door.js'
import { temporaryPath } from '../support/temporary.js'

const ENOSPC = 28
const EPERM = 1
const MiB = 1024 * 1024
/** Two of them are more than what is kept. */
const large = Buffer.alloc(33 * MiB, 'x').fill('\n', 33 * MiB - 1)
const landed = large.length - 1

describe('closing after two fragments of which only one could be kept', () => {
  /** The first begins at 0; the second behind the LF that seals the first and a record of two bytes. */
  const first = { start: 0, end: landed }
  const second = { start: landed + 3, end: 2 * landed + 3 }

  function owing(refusals: number): ReturnType<typeof openFaultyFile> {
    const refused = (): Fault[] => Array.from({ length: refusals }, () => ({ errno: EPERM }))
    const torn = [{ landed }, { errno: ENOSPC }]
    const door = new FaultyDoor({
      write: [...torn, {}, ...torn],
      truncateUnderLease: refused(),
      erase: refused(),
    })
    const file = openFaultyFile(door, temporaryPath())
    expect(thrownBy(() => file.appendSync(large))).toMatchObject({ state: 'pending', range: first })
    file.appendSync('a\n')
    expect(thrownBy(() => file.appendSync(large))).toMatchObject({ state: 'pending', range: second })
    return file
  }

  test('tells both where neither could be taken back', async () => {
    const file = owing(20)
    const error = (await failureOf(() => file.close())) as AppendError
    expect(error).toMatchObject({ code: 'ERR_ROLLBACK_OWED', state: 'pending', range: first })
    expect(error.message).toContain(`[0, ${first.end}), [${second.start}, ${second.end})`)
  })

  test('tells the one that was given up, though the other could be taken back', () => {
    // Refused: the first, again before `a` and before the second, and the second.
    const file = owing(4)
    const error = thrownBy(() => {
      file.closeSync()
    }) as AppendError
    expect(error).toMatchObject({ code: 'ERR_ROLLBACK_OWED', state: 'pending', range: first })
    expect(error.message).not.toContain(`[${second.start}, `)
  })

  test('tells nothing where somebody has emptied the file', async () => {
    const file = owing(4)
    truncateSync(file.path, 0)
    await expect(file.close()).resolves.toBeUndefined()
  })
})

describe('what is remembered of fragments that were given up', () => {
  /** Each alone is as large as what may be kept, so that one is given up for each that comes. */
  const bytes = large.subarray(0, landed)

  function givingUp(ranges: readonly { start: number; end: number }[]): TrackedFile {
    const file = new TrackedFile(nativeDoor.file(temporaryPath()), 'none', 'auto')
    for (const range of [...ranges, { start: 1e9, end: 1e9 + 1 }]) {
      file.owe({ range, bytes, spliced: false, context: new Uint8Array(0) })
    }
    return file
  }

  test('their ranges, without bytes; the newest fragment is still owed', () => {
    const ranges = [
      { start: 0, end: 10 },
      { start: 20, end: 30 },
    ]
    const file = givingUp(ranges)
    expect(file.givenUp).toEqual({ ranges, more: 0 })
    expect(file.owed.map(({ range }) => range.start)).toEqual([1e9])
  })

  test('ranges that touch are one', () => {
    const touching = [0, 10, 20].map((start) => ({ start, end: start + 10 }))
    expect(givingUp(touching).givenUp).toEqual({ ranges: [{ start: 0, end: 30 }], more: 0 })
  })

  test('a bounded number of ranges, and how many more there are', () => {
    const ranges = Array.from({ length: 1500 }, (_, i) => ({ start: i * 10, end: i * 10 + 5 }))
    const { givenUp } = givingUp(ranges)
    expect(givenUp.ranges).toEqual(ranges.slice(0, 1024))
    expect(givenUp.more).toBe(1500 - 1024)
  })
})
