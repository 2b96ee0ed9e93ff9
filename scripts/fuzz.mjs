// Builds the fuzzer of the native scanner with clang and runs it.
//
//   npm run fuzz [-- --seconds N] [options of libFuzzer]
//
// What it finds interesting stays in build/fuzz/corpus, so that the next run begins with it; an input that
// breaks something is left in build/fuzz and named.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { sanitizerOptions } from './sanitizers.mjs'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const folder = path.join(root, 'build', 'fuzz')
const corpus = path.join(folder, 'corpus')
const fixtures = path.join(root, 'test', 'fixtures', 'damage')
const program = path.join(folder, 'scan_fuzzer')

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '60' } },
  allowPositionals: true,
})

const sources = [
  'test/fuzz/scan_fuzzer.cc',
  'test/native/support/scan_file.cc',
  'test/native/support/slow_json.cc',
  'src/core/scan.cc',
  'src/core/json_line.cc',
  'src/core/read.cc',
]

function run(command, words, env = process.env) {
  const { status, error } = spawnSync(command, words, { cwd: root, stdio: 'inherit', env })
  if (error?.code === 'ENOENT') {
    console.error(
      `${command} was not found. Get it with "apt-get install clang libclang-rt-14-dev" (Debian 12).`,
    )
  }
  if (status !== 0) process.exit(status ?? 1)
}

/** Small files of the tests to begin with, each behind the bytes that choose sizes. */
function addSeeds() {
  const choices = Buffer.from([40, 0, 0, 128])
  const names = readdirSync(fixtures, { withFileTypes: true, recursive: true }).filter(
    (entry) => entry.isFile() && /\.(jsonl|bin)$/.test(entry.name),
  )
  for (const entry of names) {
    const content = readFileSync(path.join(entry.parentPath ?? entry.path, entry.name))
    if (content.length <= 4096)
      writeFileSync(path.join(corpus, `seed-${entry.name}`), Buffer.concat([choices, content]))
  }
}

mkdirSync(corpus, { recursive: true })
try {
  addSeeds()
} catch (error) {
  if (error.code !== 'ENOENT') throw error
}
const sanitizers = [
  '-fsanitize=fuzzer,address,undefined',
  '-fno-sanitize-recover=all',
  '-fno-omit-frame-pointer',
]
const includes = ['-Isrc', '-Itest/native', '-D_FILE_OFFSET_BITS=64']
run('clang++', ['-std=c++20', '-g', '-O1', ...sanitizers, ...includes, ...sources, '-o', program])
const dictionary = `-dict=${path.join(root, 'test', 'fuzz', 'json.dict')}`
const limits = [`-max_total_time=${values.seconds}`, '-max_len=4096', '-print_final_stats=1']
run(program, [corpus, dictionary, `-artifact_prefix=${folder}/`, ...limits, ...positionals], {
  ...process.env,
  ...sanitizerOptions(),
})
