// Damage shape: `{"a":"xx{"a":"xxxx"}`. A write lands in part, and the retry glues a second copy onto the
// fragment. Attempted at every byte of a record, by RLIMIT_FSIZE of the writer's process and by a door that
// cuts a write short for a moment (W1, W3).

import { FaultyDoor } from '../support/faulty-door.js'
import { Remote } from '../support/remote-file.js'
import { temporaryPath, textOf } from '../support/temporary.js'
import {
  alone,
  besideReader,
  everyCut,
  everyTornCut,
  fragmentOf,
  keepOpen,
  leaving,
  recordOf,
  withRoomFor,
} from './support/cuts.js'
import { forms, openHere, RemoteWriter } from './support/forms.js'
import { damageIn, expectUndamaged, type Acknowledged } from './support/judge.js'

test('fs.appendFileSync, tried again after EFBIG, makes it at every byte', async () => {
  const path = temporaryPath()
  const remote = await Remote.open({ type: 'PlainFile', method: 'openSync', path })
  for (const cut of everyTornCut) {
    const record = recordOf(100 + cut)
    const error = await withRoomFor(cut, remote, path, () => remote.failure('appendSync', `${record}\n`))
    expect(error.code).toBe('EFBIG')
    await remote.call('appendSync', `${record}\n`)
  }
  const glued = everyTornCut.map((cut) => {
    const record = recordOf(100 + cut)
    return Buffer.concat([fragmentOf(record, cut), Buffer.from(record)])
  })
  // These lines are all that there is, and no record is found.
  expect(damageIn(path, { acknowledged: [], others: glued })).toEqual([])
  const records = everyTornCut.map((cut) => ({ record: recordOf(100 + cut), range: null }))
  expect(damageIn(path, { acknowledged: records })).toHaveLength(2 * records.length)
})

describe.each(forms)('$name', (form) => {
  test.each([alone, besideReader])(
    'cut at every byte by a file size limit $name, and tried again, stands whole and once',
    async ({ read, told, options }) => {
      const path = temporaryPath()
      const writer = await RemoteWriter.open(form, path, options)
      if (read) keepOpen(path)
      const acknowledged: Acknowledged[] = []
      for (const cut of everyCut) {
        const record = recordOf(100 + cut)
        // Failing twice is no worse than once.
        for (let attempt = 0; attempt < 2; attempt++) {
          const error = await writer.failureAt(cut, record)
          expect(error).toMatchObject({ code: 'EFBIG', ...told })
        }
        acknowledged.push({ record, range: await writer.append(record) })
        expectUndamaged(path, { acknowledged })
      }
    },
  )

  test('cut where the fragment is left, and tried again, stands whole on a line of its own', async () => {
    const path = temporaryPath()
    const writer = await RemoteWriter.open(form, path, leaving.options)
    const acknowledged: Acknowledged[] = []
    const fragments: Buffer[] = []
    for (const cut of everyTornCut) {
      const record = recordOf(100 + cut)
      const error = await writer.failureAt(cut, record)
      expect(error).toMatchObject({ code: 'EFBIG', ...leaving.told })
      fragments.push(fragmentOf(record, cut))
      acknowledged.push({ record, range: await writer.append(record) })
      expectUndamaged(path, { acknowledged, others: fragments })
    }
  })

  test.each([
    ['once', 1],
    ['twice', 2],
  ])('cut %s at every byte for a moment only is done again by itself, whole and once', async (_, times) => {
    for (const cut of everyCut) {
      const path = temporaryPath()
      const door = new FaultyDoor()
      const writer = openHere(form, path, door)
      const acknowledged = [{ record: recordOf(100), range: await writer.append(recordOf(100)) }]
      // What asks for the cause is written between.
      door.faults.write = Array.from({ length: times }, () => [{ landed: cut }, {}]).flat()
      for (const record of [recordOf(101), recordOf(102)]) {
        acknowledged.push({ record, range: await writer.append(record) })
      }
      expectUndamaged(path, { acknowledged })
      await writer.close()
    }
  })
})

test.each(['flush', 'flushSync'])(
  'write() cut at every byte by a file size limit stays in memory, and %s writes it whole and once',
  async (flush) => {
    const path = temporaryPath()
    const remote = await Remote.open({ type: 'Recorder', path })
    const acknowledged: Acknowledged[] = []
    for (const cut of everyCut) {
      const record = recordOf(100 + cut)
      const failure = await withRoomFor(cut, remote, path, async () => {
        const [, flushed] = await remote.calls(['writeLine', record], [flush])
        return flushed?.error
      })
      expect(failure).toMatchObject({ code: 'EFBIG', state: 'failed' })
      await remote.call(flush)
      acknowledged.push({ record, range: null })
      expectUndamaged(path, { acknowledged })
    }
  },
)

test('what is attempted leaves no trace even in length where nobody else has the file open', async () => {
  const path = temporaryPath()
  const writer = await RemoteWriter.open(forms[0]!, path)
  for (const cut of everyCut) {
    const record = recordOf(100 + cut)
    await writer.failureAt(cut, record)
    await writer.append(record)
  }
  expect(textOf(path)).toBe(everyCut.map((cut) => `${recordOf(100 + cut)}\n`).join(''))
})
