// An append takes the short path only where nothing stands in its way: what does is seen from the moment it is there
// until it is gone (W1, W6).

import type { OwedFragment } from '../../lib/append-file/owed.js'
import { TrackedFile } from '../../lib/append-file/tracked-file.js'
import { nativeDoor } from '../../lib/door/native-door.js'
import { AppendError } from '../../lib/index.js'
import { temporaryPath } from '../support/temporary.js'

function openedFile(): TrackedFile {
  const file = new TrackedFile(nativeDoor.file(temporaryPath()), 'shared', 'auto')
  file.open = true
  return file
}

function fragment(text: string): OwedFragment {
  const bytes = Buffer.from(text)
  return { range: { start: 10, end: 10 + bytes.length }, bytes, spliced: false, context: Buffer.alloc(0) }
}

/** What comes into the way, and how it goes. */
const obstacles: [string, (file: TrackedFile) => void, (file: TrackedFile) => void][] = [
  ['it is closed', (file) => (file.open = false), (file) => (file.open = true)],
  ['a torn line that is not ours', (file) => (file.needsSeal = true), (file) => (file.needsSeal = false)],
  [
    'a torn end of ours',
    (file) => {
      file.leave(fragment('torn'))
    },
    (file) => {
      file.settled(fragment('torn'))
    },
  ],
  [
    'a torn end of ours, until the next line begins with an LF',
    (file) => {
      file.leave(fragment('torn'))
    },
    (file) => {
      file.appended(true)
    },
  ],
  [
    'a whole line that is to be taken back',
    (file) => {
      file.owe(fragment('whole\n'))
    },
    (file) => file.takeOwed(),
  ],
  [
    'a whole line that could still not be taken back',
    (file) => {
      file.oweAgain([fragment('whole\n')])
    },
    (file) => file.takeOwed(),
  ],
  [
    'ranges that are not to be believed',
    (file) => (file.verifyRanges = true),
    (file) => (file.verifyRanges = false),
  ],
]

test.each(obstacles)('%s: the short path is not taken until that is gone', (_, come, go) => {
  const file = openedFile()
  expect(file.calm).toBe(true)
  come(file)
  expect(file.calm).toBe(false)
  go(file)
  expect(file.calm).toBe(true)
})

test('one of two obstacles that is gone leaves the other', () => {
  const file = openedFile()
  file.leave(fragment('torn'))
  file.owe(fragment('whole\n'))
  file.takeOwed()
  expect(file.calm).toBe(false)
})

test('after a failed sync it is never taken again (W6)', () => {
  const file = openedFile()
  const details = {
    message: 'sync',
    code: 'EIO',
    errno: 5,
    kind: 'Uncategorized',
    syscall: 'fdatasync',
  } as const
  file.poisoned = new AppendError({ ...details, path: file.path })
  expect(file.calm).toBe(false)
})
