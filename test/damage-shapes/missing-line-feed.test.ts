// Damage shape: a file whose last line has no LF, because a process ended or somebody wrote it so, and the next
// run appends straight onto it. Attempted by files of all such ends, and by processes that are killed (W1, W2).

import { appendFileSync, writeFileSync } from 'node:fs'
import { Remote } from '../support/remote-file.js'
import { temporaryPath } from '../support/temporary.js'
import { alone, besideReader, keepOpen, recordOf } from './support/cuts.js'
import { forms, openBy, openHere } from './support/forms.js'
import { damageIn, expectUndamaged, expectUntouched, type Acknowledged } from './support/judge.js'

const before = '{"old":1}'

/** What a recorder that nobody else is in the way of leaves of it: all, or nothing. */
const ends: readonly [end: string, isValue: boolean][] = [
  ['{"old":2}', true],
  ['{"old":2}  ', true],
  ['{"old":2}\r', true],
  ['["old"]', true],
  ['17', true],
  ['"é"', true],
  ['{"torn":', false],
  ['{"torn":{"deep":1}', false],
  ['"torn', false],
  ['tru', false],
  ['{"a":1}{"b":2}', false],
]

const openings = [
  ['open', alone],
  ['open', besideReader],
  ['openSync', alone],
  ['openSync', besideReader],
] as const

test.each(ends)('fs.appendFileSync glues the next record onto %j', (end) => {
  const path = temporaryPath()
  const record = recordOf(100)
  writeFileSync(path, `${before}\n${end}`)
  appendFileSync(path, `${record}\n`)
  expect(damageIn(path, { acknowledged: [], others: [before, end + record] })).toEqual([])
  expect(damageIn(path, { acknowledged: [{ record, range: null }], others: [before, end] })).not.toEqual([])
})

describe.each(forms)('$name', (form) => {
  describe.each(ends)('to a file that ends in %j', (end, isValue) => {
    test.each(openings)('opened by %s, $name, begins a line of its own', async (opening, { read }) => {
      const path = temporaryPath()
      writeFileSync(path, `${before}\n${end}`)
      if (read) keepOpen(path)
      const writer = await openBy(opening, form, path)
      const acknowledged: Acknowledged[] = []
      const left = form.type === 'AppendFile' || read || isValue ? [end] : []
      for (const record of [recordOf(101), recordOf(102), recordOf(103)]) {
        acknowledged.push({ record, range: await writer.append(record) })
        expectUndamaged(path, { acknowledged, others: [before, ...left] })
      }
      expectUntouched(path, 0, [`${before}\n`, ...left].join(''))
    })
  })

  test('run after run, each ended by somebody without an LF, stands whole', async () => {
    const path = temporaryPath()
    const acknowledged: Acknowledged[] = []
    const others: string[] = []
    for (let run = 0; run < 6; run++) {
      const writer = openHere(form, path)
      for (const n of [0, 1]) {
        const record = recordOf(100 + 10 * run + n)
        acknowledged.push({ record, range: await writer.append(record) })
      }
      expectUndamaged(path, { acknowledged, others })
      await writer.close()
      const end = `{"run":${run}}`
      appendFileSync(path, end)
      others.push(end)
    }
  })

  test('stands whole in the run after a process was killed between a record and its LF', async () => {
    const path = temporaryPath()
    const acknowledged: Acknowledged[] = []
    const others: string[] = []
    for (let run = 0; run < 3; run++) {
      const killed = await Remote.open({ type: 'PlainFile', method: 'openSync', path })
      const last = `{"killed":${run}}`
      await killed.call('appendSync', last)
      await killed.kill()
      others.push(last)
      const writer = openHere(form, path)
      const record = recordOf(100 + run)
      acknowledged.push({ record, range: await writer.append(record) })
      await writer.close()
      expectUndamaged(path, { acknowledged, others })
    }
  })
})

test.each(['quarantine', 'truncate', 'seal'] as const)(
  "a recorder with tornTail: '%s' never appends onto a torn end, whoever else has the file open",
  async (tornTail) => {
    for (const read of [false, true]) {
      const path = temporaryPath()
      writeFileSync(path, `${before}\n{"torn":`)
      if (read) keepOpen(path)
      const writer = openHere({ ...forms[2]!, options: { tornTail } }, path)
      const acknowledged = [{ record: recordOf(100), range: await writer.append(recordOf(100)) }]
      const left = tornTail === 'seal' || read ? ['{"torn":'] : []
      expectUndamaged(path, { acknowledged, others: [before, ...left] })
    }
  },
)
