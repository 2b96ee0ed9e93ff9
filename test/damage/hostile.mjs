// Lines made to be slow or to fill memory: `node test/damage/hostile.mjs [MIB]` (64 by default; `lib/` is built
// before by scripts/build-lib.mjs). Each is inspected and read in a process of its own, at a quarter of the size
// and in full; prints time per byte and peak memory. Exits 1 where one crashes, gives what it should not, takes more memory than
// its bound, or much more time per byte when it is longer.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const MiB = 1024 * 1024
const self = fileURLToPath(import.meta.url)
const dist = path.join(path.dirname(self), '..', '..', 'dist')

/** Bytes held for each byte of a line, and beside it. */
const bound = { perByte: 12, bytes: 160 * MiB }
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
  '{"a":1}{"a":1} …': repeated('{"a":1}'),
}

async function measure(name, bytes) {
  const require = createRequire(import.meta.url)
  const { inspectLine } = require(path.join(dist, 'damage', 'inspect-line.js'))
  const { readRecords } = require(path.join(dist, 'index.js'))
  const line = cases[name](bytes)
  const begun = performance.now()
  const { kind } = inspectLine(line, true, () => false)
  const inspectedMs = performance.now() - begun
  const folder = mkdtempSync(path.join(tmpdir(), 'wholeline-hostile-'))
  try {
    const file = path.join(folder, 'log.jsonl')
    writeFileSync(file, line)
    const kinds = []
    for await (const record of readRecords(file, { onDamage: (damage) => kinds.push(damage.kind) }))
      throw new Error(`a record is there: ${JSON.stringify(record)}`)
    const result = { kind, kinds, inspectedMs, peakBytes: process.resourceUsage().maxRSS * 1024 }
    process.stdout.write(JSON.stringify(result))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(name, bytes) {
  const child = spawnSync(process.execPath, [self, '--case', name, String(bytes)], { encoding: 'utf8' })
  if (child.status !== 0)
    throw new Error(`${name}: ${child.signal ?? child.status} ${child.stderr.slice(-500)}`)
  return JSON.parse(child.stdout)
}

function judge(name, mebibytes) {
  const bytes = mebibytes * MiB
  const quarter = run(name, bytes / 4)
  const full = run(name, bytes)
  const nsPerByte = (full.inspectedMs * 1e6) / bytes
  const slowdown = nsPerByte / ((quarter.inspectedMs * 1e6) / (bytes / 4))
  const wrong = []
  if (full.kind === null || full.kinds.join() !== 'torn-tail') wrong.push(`kinds ${full.kind} ${full.kinds}`)
  if (full.peakBytes > bytes * bound.perByte + bound.bytes) wrong.push('too much memory')
  // Of some ns for all of it nothing can be told.
  if (slowdown > slowdownMost && full.inspectedMs > 100) wrong.push('not linear')
  const peak = `${Math.round(full.peakBytes / MiB)} MiB`.padStart(9)
  const time = `${nsPerByte.toFixed(2).padStart(7)} ns/byte`
  const change = `${slowdown.toFixed(2).padStart(5)} times that of a quarter`
  console.log(`${name.padEnd(28)} ${full.kind.padEnd(12)} ${time} ${change} ${peak} ${wrong.join(', ')}`)
  return wrong.length === 0
}

if (process.argv[2] === '--case') {
  await measure(process.argv[3], Number(process.argv[4]))
} else {
  const mebibytes = Number(process.argv[2] ?? 64)
  const good = Object.keys(cases).map((name) => judge(name, mebibytes))
  process.exitCode = good.every(Boolean) ? 0 : 1
}
