// row_16_damaged_input.mjs: a file of 10 KB, cut at every byte, or with one byte changed to every other value: no intact
// record is dropped by a reader that salvages, by check or by repair; a repair leaves no damage, is idempotent, and
// keeps the original byte for byte.
//
// `count` damaged files are spread evenly over all cuts and all changes; the count of each commit is all of them.

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkFile, readRecords, repairFile } from '../../../dist/index.js'
import { Tally } from '../support/tally.mjs'

export const number = 16
export const title = 'damaged input'
export const mustHold = 'no intact record dropped; repair idempotent; original kept'

const records = Array.from({ length: 120 }, (_, id) =>
  JSON.stringify({
    id,
    text: `record "${id}" äöü 漢字 {"id":${id}}\\`,
    parts: [{ n: id }, [id, null, true]],
  }),
)
const whole = Buffer.from(`${records.join('\n')}\n`)

/** Every cut, and every byte with each of its 255 other values. */
export const eachCommit = whole.length * 256
export const fits = 500

/** The records, and the byte behind the LF of each. */
const ends = []
for (const [i, record] of records.entries()) ends.push((ends[i - 1] ?? 0) + Buffer.byteLength(record) + 1)

/** Which records a change of the byte at `at` leaves alone; that of an LF touches two lines. */
function untouchedBy(at) {
  const hit = ends.findIndex((end) => at < end)
  const isLf = at === ends[hit] - 1
  return records.filter((_, i) => i !== hit && !(isLf && i === hit + 1))
}

function damagedFile(index) {
  if (index < whole.length) {
    // A cut takes what is behind it; a record that lacks only its LF is whole.
    const intact = records.filter((_, i) => ends[i] - 1 <= index)
    return { bytes: whole.subarray(0, index), intact, what: `cut at ${index}` }
  }
  const at = Math.floor((index - whole.length) / 255)
  const value = (whole[at] + 1 + ((index - whole.length) % 255)) % 256
  const bytes = Buffer.from(whole)
  bytes[at] = value
  return { bytes, intact: untouchedBy(at), what: `byte ${at} is ${value}` }
}

/** Are these all there, in this order? */
function holds(found, wanted) {
  let at = 0
  for (const text of found) if (text === wanted[at]) at++
  return at === wanted.length
}

async function textsOf(file) {
  const bytes = readFileSync(file)
  const texts = []
  for await (const { start, end } of readRecords(file, { onDamage: 'salvage' })) {
    texts.push(bytes.toString('utf8', start, end).trim())
  }
  return texts
}

async function one(tally, folder, index) {
  const { bytes, intact, what } = damagedFile(index)
  const file = join(folder, 'log.jsonl')
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
  writeFileSync(file, bytes)
  tally.tried++
  tally.note(index < whole.length ? 'cuts' : 'changes')
  const found = await textsOf(file)
  tally.expect(holds(found, intact), () => `${what}: readRecords drops a record`)
  const check = await checkFile(file)
  const counted = check.records + check.salvageable
  tally.expect(counted === found.length, () => `${what}: check counts ${counted} of ${found.length} records`)
  const report = await repairFile(file)
  tally.note(report.action)
  tally.acknowledged += report.records
  const healed = readFileSync(file, 'utf8')
  const lines = healed.split('\n').map((line) => line.trim())
  tally.expect(healed === '' || healed.endsWith('\n'), () => `${what}: the healed file ends without LF`)
  tally.expect(holds(lines, intact), () => `${what}: repair drops a record`)
  tally.expect(
    lines.filter((line) => line !== '').join('\n') === found.join('\n'),
    () => `${what}: repair invents`,
  )
  if (report.action === 'rewritten') {
    tally.expect(readFileSync(report.damaged).equals(bytes), () => `${what}: the original is not kept`)
  }
  const again = await repairFile(file)
  tally.expect(
    again.action === 'none' && again.check.ok,
    () => `${what}: a second repair finds something to do`,
  )
  tally.expect(readFileSync(file, 'utf8') === healed, () => `${what}: a second repair changes the file`)
}

export async function run({ count = fits, seconds, seed = 1, log = () => {} }) {
  const tally = new Tally(log)
  const folder = mkdtempSync('/dev/shm/wholeline-row-16-')
  const end = performance.now() + (seconds ?? Infinity) * 1000
  // By the time, as many as fit; half of them cuts, for there are 256 times as many of all.
  try {
    for (let i = 0; seconds === undefined ? i < count : performance.now() < end; i++) {
      const step = Math.floor(i / 2) * 7919 + seed * 101
      const index = i % 2 === 0 ? step % whole.length : whole.length + ((step * 31) % (whole.length * 255))
      await one(tally, folder, index)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  for (const name of ['cuts', 'changes', 'rewritten', 'tail', 'none']) tally.need(name)
  return tally.result()
}
