// npm run bench as a program: what its result holds.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'

const program = path.join(import.meta.dirname, '..', '..', 'bench', 'run.mjs')

test('a result says of each case in how many rounds it was measured, so that the marks can count them', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'wholeline-run-'))
  const file = path.join(folder, 'result.json')
  const given = [program, '--smoke', '--work', 'A,G', '--dir', folder, '--out', file]
  const { status, stderr } = spawnSync(process.execPath, given, { encoding: 'utf8', timeout: 120_000 })
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  const { works, marks } = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(folder, { recursive: true })
  const rounds = works.flatMap(({ cases }) => cases.map((one) => one.rounds))
  assert.ok(rounds.length > 2)
  assert.deepEqual([...new Set(rounds)], [1])
  const measured = marks.filter(({ met, rounds }) => met !== null && rounds !== null)
  assert.ok(measured.length > 0)
  for (const { met, rounds } of measured) assert.deepEqual(rounds, { met: met ? 1 : 0, all: 1 })
})
