// A write that is handed over while another is in flight: made right behind it, if that was plainly good, and else
// not at all (W4).

import { appendFileSync } from 'node:fs'
import { notBegun, wasNotBegun, type Completion, type DoorCall, type FileDoor } from '../../lib/door/door.js'
import { nativeDoor } from '../../lib/door/native-door.js'
import { afterTest } from '../support/after-test.js'
import { runProgram } from '../support/children.js'
import { occupyPool } from '../support/occupied-pool.js'
import { temporaryPath, textOf } from '../support/temporary.js'

const request = { create: true, followSymlinks: true, makeDirectories: false, mustBeNew: false, mode: 0o600 }
const first = Buffer.from('first\n')
const second = Buffer.from('second\n')

function open(): FileDoor {
  const file = nativeDoor.file(temporaryPath())
  afterTest(() => {
    file.release()
  })
  expect(file.open(request).performSync()).toMatchObject({ errno: 0 })
  return file
}

/** Two writes, of which the pool has begun none; `expectedStart`: what the second is told of the first. */
function begin(file: FileDoor, expectedStart = 0): { called: Promise<Completion>; follower: DoorCall } {
  const call = file.write(first, 0, first.length)
  const called = new Promise<Completion>((resolve) => {
    call.perform(resolve)
  })
  const follower = call.follow(second, 0, second.length, expectedStart)
  if (follower === null) throw new Error('too late, though the pool is occupied')
  return { called, follower }
}

function onPool(call: DoorCall): Promise<Completion> {
  return new Promise((resolve) => {
    call.perform(resolve)
  })
}

test('both are made by the pool, in order, and told one after the other', async () => {
  const letGo = occupyPool()
  const file = open()
  const call = file.write(first, 0, first.length)
  const told: Completion[] = []
  const both = new Promise<void>((resolve) => {
    call.perform((completion) => {
      told.push(completion)
      follower?.perform((next) => {
        told.push(next)
        resolve()
      })
    })
  })
  const follower = call.follow(second, 0, second.length, 0)
  expect(follower).not.toBeNull()
  await letGo()
  await both
  expect(told).toMatchObject([
    { errno: 0, start: 0, end: 6 },
    { errno: 0, start: 6, end: 13 },
  ])
  expect(textOf(file.path)).toBe('first\nsecond\n')
})

test('both can be finished on this thread, each once', async () => {
  const letGo = occupyPool()
  const file = open()
  const call = file.write(first, 0, first.length)
  call.perform(() => {
    throw new Error('called back')
  })
  const follower = call.follow(second, 0, second.length, 0)
  expect(call.finishSync()).toMatchObject({ errno: 0, start: 0, end: 6 })
  expect(follower?.finishIfOver()).toBeNull()
  expect(follower?.finishSync()).toMatchObject({ errno: 0, start: 6, end: 13 })
  await letGo()
  await onPool(file.size())
  expect(textOf(file.path)).toBe('first\nsecond\n')
})

describe('behind a write that is not where it was expected', () => {
  test.each([1, -1])('it is not begun by the pool (%i)', async (away) => {
    const letGo = occupyPool()
    const file = open()
    const { called, follower } = begin(file, away)
    await letGo()
    expect(await called).toMatchObject({ errno: 0, end: 6 })
    expect(follower.finishSync()).toEqual(notBegun)
    expect(textOf(file.path)).toBe('first\n')
  })

  test('it is not begun on this thread', () => {
    occupyPool()
    const file = open()
    appendFileSync(file.path, 'foreign\n')
    const call = file.write(first, 0, first.length)
    call.perform(() => undefined)
    const follower = call.follow(second, 0, second.length, 0)
    expect(call.finishSync()).toMatchObject({ errno: 0, start: 8, end: 14 })
    expect(wasNotBegun(follower!.finishSync())).toBe(true)
    expect(textOf(file.path)).toBe('foreign\nfirst\n')
  })
})

test('behind a write that failed it is not begun', async () => {
  const letGo = occupyPool()
  const file = open()
  const { called, follower } = begin(file)
  expect(file.close().performSync()).toMatchObject({ errno: 0 })
  await letGo()
  expect((await called).errno).not.toBe(0)
  expect(wasNotBegun(follower.finishSync())).toBe(true)
})

test('only a write can be followed, only while it is in flight, and not without end', async () => {
  const letGo = occupyPool()
  const file = open()
  const size = file.size()
  const asked = onPool(size)
  expect(size.follow(first, 0, first.length, 0)).toBeNull()
  await letGo()
  await asked
  const over = file.write(first, 0, first.length)
  await onPool(over)
  expect(over.follow(second, 0, second.length, 0)).toBeNull()

  occupyPool()
  const call = file.write(first, 0, first.length)
  call.perform(() => undefined)
  let row = 0
  while (row < 1000 && call.follow(first, 0, first.length, 6 * (row + 1)) !== null) row++
  expect(row).toBeGreaterThan(1)
  // A pool thread is not kept for long.
  expect(row).toBeLessThan(64)
  for (let i = 0; i <= row; i++) expect(call.finishSync()).toMatchObject({ errno: 0 })
  expect(textOf(file.path)).toBe('first\n'.repeat(row + 2))
})

test('a file that is let go of with two writes in flight is closed after both', async () => {
  const letGo = occupyPool()
  const file = open()
  const { called } = begin(file)
  file.release()
  await letGo()
  expect(await called).toMatchObject({ errno: 0, start: 0 })
  expect(textOf(file.path)).toBe('first\nsecond\n')
})

test('what callbacks throw is thrown, and keeps nobody from being called', async () => {
  const { stdout, stderr } = await runProgram('handed-over.cjs', [temporaryPath(), 'throw'])
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({ handedOver: 1, told: [2, 'from the first', 'from the second'] })
})
