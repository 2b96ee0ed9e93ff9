// A repair that is killed at any step: the path leads to the original or to the healed file, all bytes are there,
// and the next repair ends as one that was never killed.

import { readFileSync, writeFileSync } from 'node:fs'
import { repairFile } from '../../lib/index.js'
import { runProgram } from '../support/children.js'
import { quarantinedBytes } from '../tail-repair/torn-file.js'
import { bytesOf, fastPath, namesBeside } from './repaired-file.js'

const damaged = '{"id":1}\n{"id":2,"te{"id":3}\noops\n{"id":4}\n'
const healed = '{"id":1}\n{"id":3}\n{"id":4}\n'
const tornTail = '{"id":1}\n{"id":2,"te'

/** Kills a repair of a fresh file before each step; gives the steps. */
async function killAtEachStep(
  content: string,
  output: boolean,
  examine: (file: string, step: number) => Promise<void>,
): Promise<string[]> {
  for (let step = 0; ; step++) {
    const file = fastPath()
    writeFileSync(file, content)
    const args = [file, String(step), ...(output ? [`${file}.out`] : [])]
    const { code, stdout, stderr } = await runProgram('repair-killed.cjs', args)
    expect({ step, stderr }).toEqual({ step, stderr: '' })
    if (code === 0) return JSON.parse(stdout) as string[]
    expect(code).toBe(137)
    await examine(file, step)
  }
}

test('a healed copy', async () => {
  const seen = new Set<string>()
  const steps = await killAtEachStep(damaged, false, async (file, step) => {
    const text = readFileSync(file, 'utf8')
    seen.add(text)
    expect([damaged, healed]).toContain(text)
    const original = text === healed ? bytesOf(`${file}.damaged`) : readFileSync(file)
    expect([step, String(original)]).toEqual([step, damaged])
    await repairFile(file)
    expect(readFileSync(file, 'utf8')).toBe(healed)
    expect(readFileSync(`${file}.damaged`, 'utf8')).toBe(damaged)
    expect(String(quarantinedBytes(file))).toContain('{"id":2,"teoops')
    expect(namesBeside(file)).toEqual(['.damaged', '.torn'])
  })
  expect(steps).toContain('rename')
  expect([...seen].sort()).toEqual([damaged, healed].sort())
}, 120_000)

test('a torn last line, mended in place', async () => {
  const steps = await killAtEachStep(tornTail, false, async (file, step) => {
    const text = readFileSync(file, 'utf8')
    const kept = text + String(quarantinedBytes(file))
    expect([step, kept.includes('{"id":1}\n'), kept.includes('{"id":2,"te')]).toEqual([step, true, true])
    await repairFile(file)
    expect(readFileSync(file, 'utf8')).toBe('{"id":1}\n')
    expect(namesBeside(file)).toEqual(['.torn'])
  })
  expect(steps).toContain('truncateUnderLease')
}, 120_000)

test('a healed copy elsewhere: all of it or nothing', async () => {
  await killAtEachStep(damaged, true, async (file, step) => {
    expect(readFileSync(file, 'utf8')).toBe(damaged)
    const copy = bytesOf(`${file}.out`)
    expect([step, String(copy ?? healed)]).toEqual([step, healed])
    if (copy === null) await repairFile(file, { output: `${file}.out` })
    expect(readFileSync(`${file}.out`, 'utf8')).toBe(healed)
  })
}, 120_000)
