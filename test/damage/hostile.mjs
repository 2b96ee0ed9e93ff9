// Lines made to be slow or to fill memory: `node test/damage/hostile.mjs [MIB]` (64 by default; `lib/` is built
// before by scripts/build-lib.mjs). Each is checked and salvaged in processes of their own, at a quarter of the size
// and in full; prints processor time per byte and peak memory. Exits 1 where one crashes, gives what it should not, takes more
// memory than its bound, or much more time per byte when it is longer.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const MiB = 1024 * 1024
const self = fileURLToPath(import.meta.url)
const dist = path.join(path.dirname(self), '..', '..', 'dist')

/** Bytes held for each byte of a line, and beside it; backwards also two numbers for each record. */
const bounds = {
  check: { perByte: 3, bytes: 160 * MiB },
  forwards: { perByte: 4, bytes: 160 * MiB },
  backwards: { perByte: 12, bytes: 160 * MiB },
}
const slowdownMost = 3

const repeated = (piece) => (bytes) => Buffer.alloc(bytes, piece)
const half = (first, second, between) => (bytes) => {
  const side = (bytes - between.length) >> 1
  return Buffer.concat([Buffer.alloc(side, first), Buffer.from(between), Buffer.alloc(side, second)])
}

const cases = {
  'only {': repeated('{'),
  'only [': repeated('['),
  'only "': repeated('"'),
  'only \\': repeated('\\'),
  'only }': repeated('}'),
  'only letters': repeated('a'),
  'only NUL': repeated('\0'),
  'only 0x80': repeated(Buffer.from([0x80])),
  '{"": nesting': repeated('{"":'),
  '[{"": nesting': repeated('[{"":'),
  '{"a":"{"a":" …': repeated('{"a":"'),
  '"{"[ …': repeated('"{"['),
  '[", …': repeated('[",'),
  '[[]{ …': repeated('[[]{'),
  '[[[[…]]]] with an x inside': half('[', ']', 'x'),
  'x[[[[…]]]]': (bytes) => Buffer.concat([Buffer.from('x'), half('[', ']', '')(bytes - 1)]),
  '[[[[…]]]] with bad UTF-8 inside': half('[', ']', Buffer.from([0x22, 0xff, 0x22])),
  '[[[[…]]]] and [] in place of the end': half('[', ']', ']][['),
  '[[[[…]]]]x': (bytes) => Buffer.concat([half('[', ']', '')(bytes - 1), Buffer.from('x')]),
  '[[[[…]]]]x]': (bytes) =>
    Buffer.concat([Buffer.alloc(bytes - 20_022, '['), half(']', 'x', '')(20_020), Buffer.from('x]')]),
  '{"":{"":…}}{}': (bytes) => {
    const depth = Math.floor((bytes - 3) / 6)
    const line = ['{"":'.repeat(depth), '1', '}'.repeat(depth), '{}']
    return Buffer.from(line.join(''))
  },
  '{"a":1}{"a":1} …': repeated('{"a":1}'),
  '{"":0}{"":0} …': repeated('{"":0}'),
  '[[],[],[],…': (bytes) => Buffer.concat([Buffer.from('['), Buffer.alloc(bytes - 1, '[],')]),
  '[[],[],[],…]x': (bytes) =>
    Buffer.concat([
      Buffer.from('['),
      Buffer.alloc(3 * Math.floor((bytes - 5) / 3), '[],'),
      Buffer.from('[]]x'),
    ]),
  'x{}{} …': (bytes) => Buffer.concat([Buffer.from('x'), Buffer.alloc(bytes - 1, '{}')]),
  '[0,0,0,…': (bytes) => Buffer.concat([Buffer.from('['), Buffer.alloc(bytes - 1, '0,')]),
}

/** A record that is itself large beyond all measure: who reads it gets its value, which has no bound. */
const onlyChecked = new Set(['[[],[],[],…]x'])

const checked = async ({ checkFile }, file) => {
  const { counts, salvageable, ok } = await checkFile(file)
  if (ok) throw new Error('no damage was found')
  return { kinds: Object.keys(counts).join(), records: salvageable }
}

const salvaged =
  (reverse) =>
  async ({ readRecords }, file) => {
    let records = 0
    const kinds = []
    const onDamage = ({ kind }) => {
      kinds.push(kind)
      return 'salvage'
    }
    for await (const { value } of readRecords(file, { onDamage, reverse })) if (value !== undefined) records++
    return { kinds: kinds.join(), records: records - 1 }
  }

const ways = { check: checked, forwards: salvaged(false), backwards: salvaged(true) }

/** Behind a first line that is a whole record, which is an object or an array as those in the line are. */
function contentOf(name, bytes) {
  const first = name.startsWith('[[]') ? '[1]\n' : '{"a":1}\n'
  return [Buffer.from(name.includes('{"":0}') ? '{"":1}\n' : first), cases[name](bytes), Buffer.from('\n')]
}

async function measure(way, file) {
  const package_ = createRequire(import.meta.url)(path.join(dist, 'index.js'))
  const found = await ways[way](package_, file)
  // Of the processor, of all of the process: other processes may be busy too.
  const { user, system } = process.cpuUsage()
  const tookMs = (user + system) / 1000
  process.stdout.write(JSON.stringify({ ...found, tookMs, peakBytes: process.resourceUsage().maxRSS * 1024 }))
}

function run(name, way, file) {
  const child = spawnSync(process.execPath, [self, '--measure', way, file], { encoding: 'utf8' })
  if (child.status !== 0)
    throw new Error(`${name}, ${way}: ${child.signal ?? child.status} ${child.stderr.slice(-500)}`)
  return JSON.parse(child.stdout)
}

function judge(name, mebibytes) {
  const folder = mkdtempSync(path.join(tmpdir(), 'wholeline-hostile-'))
  try {
    const [small, large] = [path.join(folder, 'small.jsonl'), path.join(folder, 'large.jsonl')]
    const bytes = mebibytes * MiB
    writeFileSync(small, Buffer.concat(contentOf(name, bytes / 4)))
    writeFileSync(large, Buffer.concat(contentOf(name, bytes)))
    const found = new Set()
    const tried = Object.keys(ways).filter((way) => way === 'check' || !onlyChecked.has(name))
    return tried.map((way) => judgeWay(name, way, bytes, small, large, found)).every(Boolean)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function judgeWay(name, way, bytes, small, large, found) {
  const quarter = run(name, way, small)
  const full = run(name, way, large)
  const nsPerByte = (full.tookMs * 1e6) / bytes
  const slowdown = full.tookMs / quarter.tookMs / 4
  const wrong = []
  if (found.add(`${full.kinds} ${full.records}`).size > 1)
    wrong.push(`not the same: ${[...found].join('; ')}`)
  if (full.peakBytes > bytes * bounds[way].perByte + bounds[way].bytes) wrong.push('too much memory')
  // Of some ns for all of it nothing can be told.
  if (slowdown > slowdownMost && full.tookMs > 100) wrong.push('not linear')
  const peak = `${Math.round(full.peakBytes / MiB)} MiB`.padStart(9)
  const time = `${nsPerByte.toFixed(2).padStart(7)} ns/byte`
  const change = `${slowdown.toFixed(2).padStart(5)} times that of a quarter`
  const what = `${name.padEnd(36)} ${way.padEnd(9)} ${full.kinds.padEnd(12)} ${String(full.records).padStart(9)}`
  console.log(`${what} ${time} ${change} ${peak} ${wrong.join(', ')}`)
  return wrong.length === 0
}

if (process.argv[2] === '--measure') {
  await measure(process.argv[3], process.argv[4])
} else {
  const mebibytes = Number(process.argv[2] ?? 64)
  const good = Object.keys(cases).map((name) => judge(name, mebibytes))
  process.exitCode = good.every(Boolean) ? 0 : 1
}
