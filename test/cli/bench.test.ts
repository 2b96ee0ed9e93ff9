// `wholeline bench`: measures, checks what it wrote, and leaves nothing behind.

import { readdirSync, writeFileSync } from 'node:fs'
import { countWrong } from '../../lib/cli/bench-check.js'
import { parseBenchOptions } from '../../lib/cli/bench-options.js'
import { benchToText, type BenchResult, type WayResult } from '../../lib/cli/bench-report.js'
import { temporaryFolder, temporaryPath } from '../support/temporary.js'
import { run } from './program.js'

const quickly = ['--seconds', '0.05']

test('every way is measured, nothing is wrong, and the folder is as it was', async () => {
  const folder = temporaryFolder()
  const { code, stdout, stderr } = await run(['bench', ...quickly, '--json', folder])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const result = JSON.parse(stdout.toString()) as BenchResult
  expect(result).toMatchObject({ folder, recordBytes: 256, node: process.version })
  expect(result.ways.map(({ durable }) => durable)).toEqual([false, false, false, true, true, true])
  for (const way of result.ways) {
    expect(way.wrong).toBe(0)
    expect(way.recordsPerSecond).toBeGreaterThan(0)
    expect(way.ratio).toBeGreaterThan(0)
  }
  expect(readdirSync(folder)).toEqual([])
})

test('for people it is a table that names every way', async () => {
  const folder = temporaryFolder()
  const { code, stdout } = await run(['bench', ...quickly, '--record-bytes', '4096', folder])
  expect(code).toBe(0)
  for (const name of ['fs.writeSync', 'AppendFile.appendSync', 'Recorder.writeLine', '64 in flight']) {
    expect(stdout.toString()).toContain(name)
  }
  expect(stdout.toString()).toContain('Records of 4,096 bytes')
})

test.each([
  [['--seconds', '0'], '--seconds'],
  [['--seconds', '11'], '--seconds'],
  [['--seconds', 'soon'], '--seconds'],
  [['--record-bytes', '31'], '--record-bytes'],
  [['--record-bytes', '1048577'], '--record-bytes'],
  [['a', 'b'], 'one FOLDER expected'],
  [['--nonsense'], 'nonsense'],
])('bench with %j is wrong', async (args, reason) => {
  const { code, stdout, stderr } = await run(['bench', ...args])
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(reason)
  expect(stderr).toContain('Usage: wholeline bench ')
})

test('a folder that is not there is told, with exit code 2', async () => {
  const { code, stderr } = await run(['bench', ...quickly, temporaryPath('nowhere')])
  expect(code).toBe(2)
  expect(stderr).toContain('no such folder')
})

test('--help is help', () => {
  expect(parseBenchOptions(['--help'])).toBeNull()
  expect(parseBenchOptions(['--seconds', '0.5', 'x'])).toMatchObject({ folder: 'x', seconds: 0.5 })
})

const lines = ['{"a":1}', '{"b":2}', '{"c":3}'].map((text) => ({ text, bytes: Buffer.from(`${text}\n`) }))
const written = (count: number): string =>
  Array.from({ length: count }, (_, i) => `${lines[i % lines.length]?.text ?? ''}\n`).join('')

test.each([
  ['all there, a part of the lines', written(2), 2, 0],
  ['all there, all of the lines', written(3), 3, 0],
  ['all there, again and again', written(7), 7, 0],
  ['the last one missing', written(6), 7, 1],
  ['the last one torn', written(7).slice(0, -2), 7, 1],
  ['one changed', written(7).replace('{"b":2}', '{"b":3}'), 7, 1],
  ['one too many', written(8), 7, 1],
  ['nothing there', '', 7, 7],
])('the check counts what is wrong: %s', (_, text, records, wrong) => {
  const path = temporaryPath()
  writeFileSync(path, text)
  expect(countWrong(path, lines, records)).toBe(wrong)
})

test('records that are wrong are shouted, not hidden among the numbers', () => {
  const way: WayResult = {
    name: 'a way',
    durable: false,
    recordsPerSecond: 1000,
    bytesPerSecond: 256_000,
    ratio: 2,
    insideNs: { p50: 100, p99: 2000, p999: 3_000_000 },
    wrong: 3,
  }
  const text = benchToText({
    folder: '/x',
    fileSystem: 'ext4',
    recordBytes: 256,
    node: 'v20',
    cpu: 'c',
    ways: [way],
  })
  expect(text).toContain('3 RECORDS WRONG')
  expect(text).toMatch(/a way\s+1,000\s+256\.0 KB\/s\s+2\.00 ×\s+100 ns\s+2\.0 µs\s+3\.0 ms/)
})
