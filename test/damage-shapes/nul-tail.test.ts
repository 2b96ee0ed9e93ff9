// Damage shape: runs of NULs. A power cut leaves them at the end of a file, somebody extends the file by
// ftruncate, or a log is emptied by copytruncate and the writer goes on at its old offset, which makes a hole.
// No record of ours is ever glued to one, and none of ours makes one (W1, W2).

import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { temporaryPath, textOf } from '../support/temporary.js'
import { alone, besideReader, keepOpen, recordOf } from './support/cuts.js'
import { forms, openBy, openHere } from './support/forms.js'
import { damageIn, expectUndamaged, expectUntouched, type Acknowledged } from './support/judge.js'

const before = '{"old":1}'

/** What stands before the NULs, behind the last LF. */
const heads = ['', '{"torn":"', '{"old":2}']
const lengths = [1, 3, 4096, 70_000]
const tails = heads.flatMap((head) => lengths.map((length) => [head, length] as const))
const rooms = [
  ['open', alone],
  ['openSync', alone],
  ['open', besideReader],
  ['openSync', besideReader],
] as const

interface Quarantined {
  readonly offset: number
  readonly bytes: string
}

function quarantined(path: string): Quarantined[] {
  if (!existsSync(`${path}.torn`)) return []
  return textOf(`${path}.torn`)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Quarantined)
    .map(({ offset, bytes }) => ({ offset, bytes }))
}

test('fs.appendFileSync glues the next record onto them', () => {
  const path = temporaryPath()
  const record = recordOf(100)
  writeFileSync(path, `${before}\n\0\0\0`)
  writeFileSync(path, `${record}\n`, { flag: 'a' })
  expect(damageIn(path, { acknowledged: [], others: [before, `\0\0\0${record}`] })).toEqual([])
})

describe.each(forms)('$name', (form) => {
  describe.each(tails)('to a file that ends in %j and %i NULs', (head, length) => {
    test.each(rooms)('opened by %s, $name, begins a line of its own', async (opening, { read }) => {
      const path = temporaryPath()
      const tail = head + '\0'.repeat(length)
      writeFileSync(path, `${before}\n${tail}`)
      if (read) keepOpen(path)
      const writer = await openBy(opening, form, path)
      const acknowledged: Acknowledged[] = []
      for (const record of [recordOf(100), recordOf(101)]) {
        acknowledged.push({ record, range: await writer.append(record) })
      }
      const isCut = form.type === 'Recorder' && !read
      expectUndamaged(path, { acknowledged, others: [before, ...(isCut ? [] : [tail])] })
      expectUntouched(path, 0, isCut ? `${before}\n` : `${before}\n${tail}`)
      // Nothing is lost that was cut off.
      const kept = { offset: before.length + 1, bytes: Buffer.from(tail).toString('base64') }
      expect(quarantined(path)).toEqual(isCut ? [kept] : [])
    })
  })

  test('to a file of NULs alone begins a line of its own', async () => {
    const path = temporaryPath()
    writeFileSync(path, Buffer.alloc(5000))
    const writer = openHere(form, path)
    const acknowledged = [{ record: recordOf(100), range: await writer.append(recordOf(100)) }]
    expectUndamaged(path, { acknowledged, others: form.type === 'Recorder' ? [] : ['\0'.repeat(5000)] })
  })

  test.each([1, 4096, 1_000_000])(
    'after somebody has extended the file by %i begins a line of its own',
    async (hole) => {
      const path = temporaryPath()
      const writer = openHere(form, path)
      const acknowledged = [{ record: recordOf(100), range: await writer.append(recordOf(100)) }]
      const holes: Buffer[] = []
      for (const record of [recordOf(101), recordOf(102)]) {
        const { size } = statSync(path)
        truncateSync(path, size + hole)
        holes.push(Buffer.alloc(hole))
        acknowledged.push({ record, range: await writer.append(record) })
        expectUntouched(path, size, Buffer.alloc(hole))
        expectUndamaged(path, { acknowledged, others: holes })
      }
    },
  )

  test('of a log that is emptied by copytruncate again and again leaves no hole, and loses nothing', async () => {
    const path = temporaryPath()
    const writer = openHere(form, path)
    for (let turn = 0; turn < 8; turn++) {
      const acknowledged: Acknowledged[] = []
      for (let i = 0; i <= turn; i++) {
        const record = recordOf(100 + 10 * turn + i)
        acknowledged.push({ record, range: await writer.append(record) })
      }
      const copy = `${path}.${turn}`
      copyFileSync(path, copy)
      truncateSync(path, 0)
      expect(readFileSync(copy).includes(0)).toBe(false)
      expect(acknowledged[0]?.range?.start).toBe(0)
      expectUndamaged(copy, { acknowledged })
    }
    expect(textOf(path)).toBe('')
  })
})

test('a writer with an offset of its own does leave a hole after copytruncate', () => {
  const path = temporaryPath()
  const fd = openSync(path, 'w')
  writeSync(fd, `${recordOf(100)}\n`)
  truncateSync(path, 0)
  writeSync(fd, `${recordOf(101)}\n`)
  closeSync(fd)
  expect(readFileSync(path).includes(0)).toBe(true)
  expect(damageIn(path, { acknowledged: [{ record: recordOf(101), range: null }] })).not.toEqual([])
})

test.each(['truncate', 'seal'] as const)("a recorder with tornTail: '%s' is as safe", async (tornTail) => {
  const path = temporaryPath()
  writeFileSync(path, `${before}\n\0\0\0`)
  const writer = openHere({ ...forms[2]!, options: { tornTail } }, path)
  const acknowledged = [{ record: recordOf(100), range: await writer.append(recordOf(100)) }]
  expectUndamaged(path, { acknowledged, others: [before, ...(tornTail === 'seal' ? ['\0\0\0'] : [])] })
})
