// The native door: failures are values with their system call, one operation at a time for a file, and a file
// that is let go of in the middle of one is closed after it.

import type { Completion, DoorCall, FileDoor } from '../../lib/door/door.js'
import { nativeDoor } from '../../lib/door/native-door.js'
import { afterTest } from '../support/after-test.js'
import { openDescriptorsOf } from '../support/open-descriptors.js'
import { temporaryPath, textOf } from '../support/temporary.js'

const EBADF = 9
const request = { create: true, followSymlinks: true, makeDirectories: false, mustBeNew: false, mode: 0o600 }

function open(path = temporaryPath()): FileDoor {
  const file = nativeDoor.file(path)
  afterTest(() => {
    file.release()
  })
  expect(file.open(request).performSync()).toMatchObject({ errno: 0 })
  return file
}

function onPool(call: DoorCall): Promise<Completion> {
  return new Promise((resolve) => {
    call.perform(resolve)
  })
}

test('an operation tells the same on the pool and on this thread', async () => {
  const file = open()
  const bytes = Buffer.from('abc\n')
  expect(file.write(bytes, 0, 4).performSync()).toMatchObject({ errno: 0, syscall: '', start: 0, end: 4 })
  expect(await onPool(file.write(bytes, 1, 2))).toMatchObject({ errno: 0, syscall: '', start: 4, end: 6 })
  expect(file.writeSync(bytes, 2, 6)).toBe(true)
  expect(file.lastEnd).toBe(8)
  expect(file.lastCompletion()).toMatchObject({ errno: 0, syscall: '', start: 6, end: 8 })
  expect(textOf(file.path)).toBe('abc\nbcab')
})

test('an operation on a file that is not open fails with EBADF, and no system call', async () => {
  const file = nativeDoor.file(temporaryPath())
  for (const call of [file.write(Buffer.from('x'), 0, 1), file.size(), file.sync(), file.close()]) {
    expect(call.performSync()).toMatchObject({ errno: EBADF, syscall: '' })
  }
  expect(await onPool(file.size())).toMatchObject({ errno: EBADF })
  file.release()
})

test.each([
  [0, 0],
  [0, 5],
  [4, 1],
  [-1, 2],
  [2, -1],
])('a part [%i, +%i) that is not in the four bytes is not written', (offset, length) => {
  const file = open()
  expect(file.write(Buffer.from('abc\n'), offset, length).performSync()).not.toMatchObject({ errno: 0 })
  expect(textOf(file.path)).toBe('')
})

test('a second operation on the pool is refused while one is in flight', async () => {
  const file = open()
  const first = onPool(file.size())
  expect(() => {
    file.size().perform(() => undefined)
  }).toThrow('in flight')
  await expect(first).resolves.toMatchObject({ errno: 0 })
})

test('finishing when nothing is in flight is refused', () => {
  expect(() => open().size().finishSync()).toThrow('nothing is in flight')
})

test('an operation that was finished on this thread is done once, and its callback is not called', async () => {
  const file = open()
  const bytes = Buffer.from('once\n')
  const called: Completion[] = []
  for (let i = 0; i < 100; i++) {
    const call = file.write(bytes, 0, bytes.length)
    call.perform((completion) => called.push(completion))
    expect(call.finishSync()).toMatchObject({ start: 5 * i, end: 5 * i + 5 })
  }
  // Behind everything that the pool has for this thread.
  await onPool(file.size())
  expect(called).toEqual([])
  expect(textOf(file.path)).toBe('once\n'.repeat(100))
})

test('many files at once do not mix up their results', async () => {
  const files = Array.from({ length: 50 }, () => open())
  const ranges = await Promise.all(
    files.map((file, i) => onPool(file.write(Buffer.alloc(100, 'x'), 0, i + 1))),
  )
  expect(ranges.map(({ start, end }) => end - start)).toEqual(files.map((_, i) => i + 1))
})

test('a file that is let go of while an operation is in flight is closed after it', async () => {
  const file = open()
  const written = onPool(file.write(Buffer.from('abc\n'), 0, 4))
  file.release()
  expect(await written).toMatchObject({ start: 0, end: 4 })
  expect(textOf(file.path)).toBe('abc\n')
  // Another operation passes through the pool's queue of this thread, so the first is cleared away.
  await onPool(open().size())
  expect(openDescriptorsOf(file.path)).toBe(0)
})

test('a file that is let go of twice, or used afterwards, touches nobody else', () => {
  const file = open()
  file.release()
  file.release()
  const next = open()
  expect(() => file.size().performSync()).toThrow('no such file')
  expect(next.size().performSync()).toMatchObject({ errno: 0, end: 0 })
})
