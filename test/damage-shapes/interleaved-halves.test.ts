// Damage shape: two writers, of whom one writes its line in two halves, and the other's line lands in between.
// Both orders: the other process writes halves and we append, and we are cut in two and it appends. The other
// is a process of its own (W1, W2).

import { appendFileSync, statSync } from 'node:fs'
import { FaultyDoor } from '../support/faulty-door.js'
import { Remote } from '../support/remote-file.js'
import { temporaryPath } from '../support/temporary.js'
import { everyCut, recordOf } from './support/cuts.js'
import { forms, openHere, RemoteWriter } from './support/forms.js'
import { damageIn, expectUndamaged, expectUntouched, type Acknowledged } from './support/judge.js'

/** A process that appends whatever it is given, as it is given. */
function openOther(path: string): Promise<Remote> {
  return Remote.open({ type: 'PlainFile', method: 'openSync', path })
}

interface Theirs {
  readonly offset: number
  readonly bytes: string
}

/** Lets the other process append, and says where that stands. */
async function write(other: Remote, path: string, bytes: string): Promise<Theirs> {
  const offset = statSync(path).size
  await other.call('appendSync', bytes)
  return { offset, bytes }
}

/** The same on a descriptor of this process, opened for it alone. */
function writeHere(path: string, bytes: string): Theirs {
  const offset = statSync(path).size
  appendFileSync(path, bytes)
  return { offset, bytes }
}

function expectTheirs(path: string, theirs: readonly Theirs[]): void {
  for (const { offset, bytes } of theirs) expectUntouched(path, offset, bytes)
}

const halves: readonly [string, string][] = [
  ['{"theirs":', '1}'],
  ['{', '"theirs":2}'],
  ['{"theirs":3}', ''],
  ['{"theirs":"é', '€"}'],
  ['[', '[]]'],
]

test('two plain appenders make it', async () => {
  const path = temporaryPath()
  const [one, other] = [await openOther(path), await openOther(path)]
  for (const [first, second] of halves) {
    await other.call('appendSync', first)
    await one.call('appendSync', `${recordOf(100)}\n`)
    await other.call('appendSync', `${second}\n`)
  }
  const glued = halves.flatMap(([first, second]) => [first + recordOf(100), second])
  expect(damageIn(path, { acknowledged: [], others: glued.filter((line) => line !== '') })).toEqual([])
})

describe.each(forms)('$name', (form) => {
  test('between the halves of another process stands on a line of its own, and its halves stand as they are', async () => {
    const path = temporaryPath()
    const writer = openHere(form, path)
    const other = await openOther(path)
    const acknowledged: Acknowledged[] = []
    const theirs: Theirs[] = []
    const others: string[] = []
    const append = async (record: string): Promise<void> => {
      acknowledged.push({ record, range: await writer.append(record) })
    }
    await append(recordOf(100))
    for (const [i, [first, second]] of halves.entries()) {
      theirs.push(await write(other, path, first))
      await append(recordOf(200 + i))
      theirs.push(await write(other, path, `${second}\n`))
      await append(recordOf(300 + i))
      others.push(first, ...(second === '' ? [] : [second]))
      expectUndamaged(path, { acknowledged, others })
      expectTheirs(path, theirs)
    }
  })

  test('several between the halves of another process stand on lines of their own', async () => {
    const path = temporaryPath()
    const writer = openHere(form, path)
    const other = await openOther(path)
    const theirs = [await write(other, path, '{"theirs":')]
    const acknowledged: Acknowledged[] = []
    const given = [100, 101, 102, 103].map(recordOf)
    const ranges = await Promise.all(given.map((record) => writer.append(record)))
    for (const [i, record] of given.entries()) acknowledged.push({ record, range: ranges[i]! })
    theirs.push(await write(other, path, '1}\n'))
    expectUndamaged(path, { acknowledged, others: ['{"theirs":', '1}'] })
    expectTheirs(path, theirs)
  })

  test('cut in two at every byte, with a line of another process right behind, harms neither', async () => {
    const path = temporaryPath()
    const writer = await RemoteWriter.open(form, path)
    const other = await openOther(path)
    const acknowledged: Acknowledged[] = []
    const theirs: Theirs[] = []
    const others: string[] = []
    for (const cut of everyCut) {
      const record = recordOf(100 + cut)
      const line = `{"theirs":${cut}}`
      const error = await writer.failureAt(cut, record)
      // The other process has the file open: never cut off, always blanked.
      expect(error).toMatchObject({ code: 'EFBIG', state: 'failed', rollback: { outcome: 'erased' } })
      theirs.push(await write(other, path, `${line}\n`))
      others.push(line)
      acknowledged.push({ record, range: await writer.append(record) })
      expectUndamaged(path, { acknowledged, others })
      expectTheirs(path, theirs)
    }
  })

  test('cut in two between the halves of another process stands whole in the end, and so do the halves', async () => {
    for (const cut of everyCut) {
      const path = temporaryPath()
      const door = new FaultyDoor()
      const writer = openHere(form, path, door)
      const acknowledged = [{ record: recordOf(100), range: await writer.append(recordOf(100)) }]
      const theirs = [writeHere(path, '{"theirs":')]
      door.faults.write = [{ landed: cut }]
      acknowledged.push({ record: recordOf(101), range: await writer.append(recordOf(101)) })
      theirs.push(writeHere(path, '1}\n'))
      acknowledged.push({ record: recordOf(102), range: await writer.append(recordOf(102)) })
      expectUndamaged(path, { acknowledged, others: ['{"theirs":', '1}'] })
      expectTheirs(path, theirs)
      await writer.close()
    }
  })
})
