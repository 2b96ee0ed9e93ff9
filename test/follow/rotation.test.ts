// Files that are rotated, replaced, copied and emptied, deleted and made again under a follower.

import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { openRecorder } from '../support/open-recorder.js'
import { Remote } from '../support/remote-file.js'
import { fileWith, temporaryPath } from '../support/temporary.js'
import { afterTest } from '../support/after-test.js'
import { Following } from './following.js'

/** Files that are made before and after it have different times of birth: the kernel's clock for them is coarse. */
async function tick(): Promise<void> {
  const probe = temporaryPath()
  writeFileSync(probe, '')
  const { birthtimeMs } = statSync(probe)
  do {
    rmSync(probe)
    await new Promise((resolve) => setImmediate(resolve))
    writeFileSync(probe, '')
  } while (statSync(probe).birthtimeMs <= birthtimeMs)
}

test('rotated by renaming: the old file to its end, then the new one', async () => {
  const file = fileWith('1\n')
  const following = new Following(file)
  expect(await following.values()).toEqual([1])
  appendFileSync(file, '2\n')
  renameSync(file, `${file}.1`)
  writeFileSync(file, '3\n')
  expect(await following.valuesAfterMove()).toEqual([2, 3])
  expect(following.changed).toEqual(['next'])
})

test('where nobody writes to the old file any more, the new one is read at once', async () => {
  const file = fileWith('1\n')
  const following = new Following(file)
  await following.take()
  renameSync(file, `${file}.1`)
  writeFileSync(file, '2\n')
  expect(await following.valuesAfter(50)).toEqual([2])
})

test('a recorder that goes over to the new file late: its last records in the old one come first', async () => {
  const file = fileWith('')
  const recorder = openRecorder({ reopenOnMove: true, moveCheckMs: 60_000 }, file)
  recorder.appendSync(1)
  const following = new Following(file)
  expect(await following.values()).toEqual([1])
  renameSync(file, `${file}.1`)
  writeFileSync(file, '4\n')
  expect(await following.valuesAfter(1000)).toEqual([])
  recorder.appendSync(2)
  expect(await following.valuesAfter(4000)).toEqual([2])
  recorder.appendSync(3)
  expect(await following.valuesAfter(4000)).toEqual([3])
  // It has the file open all the time, but writes no more.
  expect(await following.valuesAfter(1000)).toEqual([4])
})

test('a recorder in another process that reopens: nothing is lost and nothing out of order', async () => {
  const file = fileWith('')
  const remote = await Remote.open({
    type: 'Recorder',
    path: file,
    options: { reopenOnMove: true, moveCheckMs: 0 },
  })
  afterTest(() => remote.kill())
  const following = new Following(file)
  const seen: unknown[] = []
  for (let n = 0; n < 20; n++) {
    await remote.call('append', n)
    seen.push(...(await following.values()))
    if (n % 4 === 3) renameSync(file, `${file}.${n}`)
  }
  seen.push(...(await following.valuesAfterMove()), ...(await following.valuesAfterMove()))
  expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => n))
})

test('several rotations between two looks: all files, in the order in which they came to be', async () => {
  const file = fileWith('1\n')
  const following = new Following(file)
  await following.take()
  for (let n = 2; n <= 5; n++) {
    // As logrotate does: .1 is the youngest of the old ones.
    for (let old = 4; old >= 1; old--) {
      try {
        renameSync(`${file}.${old}`, `${file}.${old + 1}`)
      } catch {
        // There are not so many yet.
      }
    }
    renameSync(file, `${file}.1`)
    await tick()
    writeFileSync(file, `${n}\n`)
  }
  // What a recorder puts beside its file is none of its generations.
  writeFileSync(`${file}.torn`, '{"reason":"torn"}\n')
  writeFileSync(`${file}.2.gz`, 'packed\n')
  const seen: unknown[] = []
  for (let files = 0; files < 5; files++) seen.push(...(await following.valuesAfterMove()))
  expect(seen).toEqual([2, 3, 4, 5])
})

test('files that were rotated before the follower began are not read', async () => {
  const file = fileWith('2\n')
  rmSync(file)
  writeFileSync(`${file}.1`, '1\n')
  await tick()
  writeFileSync(file, '2\n')
  const following = new Following(file)
  expect(await following.values()).toEqual([2])
  renameSync(`${file}.1`, `${file}.2`)
  renameSync(file, `${file}.1`)
  writeFileSync(file, '3\n')
  expect(await following.valuesAfterMove()).toEqual([3])
})

test('copied and emptied: what comes after is delivered', async () => {
  const file = fileWith('11\n22\n')
  const following = new Following(file)
  expect(await following.values()).toEqual([11, 22])
  copyFileSync(file, `${file}.1`)
  truncateSync(file)
  appendFileSync(file, '33\n')
  expect(await following.values()).toEqual([33])
  expect(following.changed).toEqual(['restarted'])
})

test('replaced by another file that was made before', async () => {
  const file = fileWith('1\n')
  writeFileSync(`${file}.new`, '2\n')
  const following = new Following(file)
  await following.take()
  renameSync(`${file}.new`, file)
  expect(await following.valuesAfterMove()).toEqual([2])
})

test('deleted and made again, over and over, whatever inode it gets', async () => {
  const file = fileWith('0\n')
  const following = new Following(file)
  expect(await following.values()).toEqual([0])
  for (let n = 1; n < 5; n++) {
    rmSync(file)
    expect(await following.valuesAfterMove()).toEqual([])
    writeFileSync(file, `${n}\n`)
    expect(await following.valuesAfterMove()).toEqual([n])
  }
})

test('the torn end of a file that nobody writes to any more is told, and not delivered', async () => {
  const file = fileWith('1\n{"a":')
  const following = new Following(file)
  expect(await following.values()).toEqual([1])
  renameSync(file, `${file}.1`)
  writeFileSync(file, '2\n')
  expect(await following.valuesAfterMove()).toEqual([2])
  expect(following.damage).toMatchObject([{ kind: 'torn-tail', start: 2, end: 7 }])
})

test('a file that comes back after it was read goes on where it was', async () => {
  const file = fileWith('1\n')
  const following = new Following(file)
  await following.take()
  renameSync(file, `${file}.1`)
  writeFileSync(file, '2\n')
  expect(await following.valuesAfterMove()).toEqual([2])
  renameSync(`${file}.1`, file)
  appendFileSync(file, '3\n')
  expect(await following.valuesAfterMove()).toEqual([3])
})

test('many kept files beside it: one of them is open at a time, and other things with such names do no harm', async () => {
  const file = temporaryPath()
  for (let n = 1; n <= 40; n++) writeFileSync(`${file}.${n}`, 'old\n')
  mkdirSync(`${file}.41`)
  symlinkSync(`${file}.42`, `${file}.42`)
  await tick()
  writeFileSync(file, '1\n')
  const following = new Following(file)
  await following.take()
  const before = following.door.mostInUse
  renameSync(file, `${file}.0`)
  writeFileSync(file, '2\n')
  expect(await following.valuesAfterMove()).toEqual([2])
  // The file that is left, the one at the path and a sibling.
  expect(following.door.mostInUse - before).toBeLessThanOrEqual(2)
  expect(following.door.inUse).toBe(1)
})

test('while nothing is at the path, kept files are not opened again and again', async () => {
  const file = temporaryPath()
  for (let n = 1; n <= 200; n++) writeFileSync(`${file}.${n}`, 'old\n')
  await tick()
  writeFileSync(file, '1\n')
  const following = new Following(file)
  await following.take()
  rmSync(file)
  expect(await following.valuesAfterMove()).toEqual([])
  const before = following.door.operations
  for (let looks = 0; looks < 5; looks++) await following.valuesAfter(1000)
  expect(following.door.operations - before).toBeLessThan(1000)
  writeFileSync(file, '2\n')
  expect(await following.valuesAfterMove()).toEqual([2])
})

/**
 * Makes files until two of them were made in the same tick of the file system's clock. Each time in a new folder: where
 * somebody has asked for times, the kernel gives the next ones finely (multigrain timestamps, Linux 6.13).
 */
function makeInOneTick(make: (file: string) => readonly [string, string]): string {
  for (let attempts = 0; attempts < 1000; attempts++) {
    const file = temporaryPath()
    const [one, other] = make(file).map((made) => statSync(made, { bigint: true }).birthtimeNs)
    if (one === other) return file
  }
  throw new Error('no two files were made in the same tick')
}

test('files of the same tick of the clock: those that were rotated before the follower began are not read', async () => {
  const file = makeInOneTick((path) => {
    writeFileSync(path, '1\n')
    renameSync(path, `${path}.1`)
    writeFileSync(path, '2\n')
    return [path, `${path}.1`]
  })
  const following = new Following(file)
  expect(await following.values()).toEqual([2])
  renameSync(file, `${file}.2`)
  writeFileSync(file, '3\n')
  expect(await following.valuesAfterMove()).toEqual([3])
})

test.each([false, true])(
  'a copy that was made shortly before a rotation is none of the rotated files (emptied after it: %p)',
  async (emptied) => {
    const file = fileWith('1\n2\n')
    const following = new Following(file)
    expect(await following.values()).toEqual([1, 2])
    copyFileSync(file, `${file}.1`)
    if (emptied) truncateSync(file)
    expect(await following.values()).toEqual([])
    appendFileSync(file, '3\n')
    await tick()
    expect(await following.values()).toEqual([3])
    renameSync(file, `${file}.2`)
    writeFileSync(file, '4\n')
    expect(await following.valuesAfterMove()).toEqual([4])
    expect(await following.valuesAfterMove()).toEqual([])
  },
)

test('a rotated file that begins as the one before it did is read', async () => {
  const file = fileWith('1\n2\n')
  const following = new Following(file)
  expect(await following.values()).toEqual([1, 2])
  renameSync(file, `${file}.1`)
  await tick()
  writeFileSync(file, '1\n')
  renameSync(file, `${file}.2`)
  await tick()
  writeFileSync(file, '3\n')
  expect([...(await following.valuesAfterMove()), ...(await following.valuesAfterMove())]).toEqual([1, 3])
})
