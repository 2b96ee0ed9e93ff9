// Runs one measurement in a fresh process, looks at what it left in the file, and takes the file away.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { loadCandidate } from '../candidates/index.mjs'
import { nativeProgram } from '../native/build.mjs'
import { checkFile, checkLines } from './check-records.mjs'

const run = promisify(execFile)
const measureScript = path.join(import.meta.dirname, 'measure.mjs')
const root = `${path.join(import.meta.dirname, '..', '..')}${path.sep}`
const timeoutMs = 180_000

/** What the bare programs read: the lines of each ring in a file of its own. */
function writeRings(folder, rings) {
  return rings.map((ring, i) => {
    const file = path.join(folder, `ring-${i}`)
    writeFileSync(file, `${ring.join('\n')}\n`)
    return file
  })
}

function nativeCommand(candidate, spec, folder, rings) {
  const files = writeRings(folder, rings)
  const milliseconds = String(spec.milliseconds)
  const given =
    candidate.native === 'append_processes'
      ? [...candidate.arguments, spec.path, milliseconds, ...files]
      : [spec.path, files[0], milliseconds, ...(candidate.arguments ?? [])]
  return [nativeProgram(candidate.native), given]
}

/** Node takes as many descriptors as it may have; root may allow it more. */
function withDescriptors(wanted, program, parameters) {
  const limits = readFileSync('/proc/self/limits', 'utf8')
  const most = Number(/^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1] ?? Infinity)
  if (wanted === undefined || wanted <= most) return [program, parameters]
  return ['prlimit', [`--nofile=${wanted}:${wanted}`, program, ...parameters]]
}

async function check(candidate, adapter, spec, rings, { count, counts = [count] }) {
  const writesNothing = candidate.writesNothing ?? adapter.writesNothing ?? false
  if (writesNothing || rings === null) return null
  if (adapter.readBack === undefined) return checkFile(spec.path, rings, counts, adapter.matches)
  const found = []
  for await (const line of adapter.readBack(spec.path)) found.push(line)
  return checkLines(found, rings, counts)
}

/**
 * @param work - the module of the work
 * @param spec - { work, candidate, parameters, milliseconds }
 * @param base - the folder to measure in
 * @returns { metrics, count, verdict } or { failure }
 */
export async function runOne(work, spec, base) {
  const folder = mkdtempSync(path.join(base, 'wholeline-bench-'))
  const { candidate, adapter } = await loadCandidate(spec.candidate)
  const place = { ...spec, folder, path: path.join(folder, 'records.jsonl') }
  const node = [process.execPath, [...(work.nodeOptions ?? []), measureScript]]
  try {
    const rings = work.rings?.(spec.parameters) ?? null
    const native = candidate.native !== undefined
    const [program, given] = native ? nativeCommand(candidate, place, folder, rings) : node
    const parameters = native ? given : [...given, JSON.stringify(place)]
    const command = withDescriptors(spec.parameters.descriptors, program, parameters)
    const { stdout } = await run(...command, { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 })
    const result = JSON.parse(stdout.trimEnd().split('\n').at(-1))
    if (result.skipped !== undefined) return result
    return { ...result, verdict: result.verdict ?? (await check(candidate, adapter, place, rings, result)) }
  } catch (error) {
    return {
      failure: String(error.stderr || error.stack || error.message)
        .trim()
        .split('\n')
        .slice(0, 12)
        .join('\n')
        // A result that is kept names no folder of the machine that it was measured on.
        .replaceAll(root, ''),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
