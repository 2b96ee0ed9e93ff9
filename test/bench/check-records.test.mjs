// The check of what a candidate left in its file finds each way to be wrong.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { checkFile, checkLines, isFlawless } from '../../bench/lib/check-records.mjs'
import { sizedLines } from '../../bench/lib/records.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'wholeline-bench-test-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const ring = sizedLines(64)
const given = (count) => Array.from({ length: count }, (_, i) => ring[i % ring.length])

function fileOf(text) {
  const file = path.join(folder, 'records.jsonl')
  writeFileSync(file, text)
  return file
}

const textOf = (lines) => lines.map((line) => `${line}\n`).join('')
const clean = { lost: 0, extra: 0, damaged: 0 }

test('lines have exactly the size that was asked for, and are JSON', () => {
  for (const bytes of [64, 256, 4096]) {
    for (const line of sizedLines(bytes, 3)) {
      assert.equal(Buffer.byteLength(line) + 1, bytes)
      assert.equal(JSON.parse(line).writer, 3)
    }
  }
})

for (const count of [1, ring.length - 1, ring.length, ring.length + 1, 3 * ring.length + 7]) {
  test(`${count} records that are all there are flawless`, () => {
    const verdict = checkFile(fileOf(textOf(given(count))), [ring], [count])
    assert.deepEqual(verdict, { records: count, ...clean })
    assert.ok(isFlawless(verdict))
  })
}

test('what stands before an offset is not looked at', () => {
  const before = 'something else entirely\n'
  const file = fileOf(before + textOf(given(100)))
  assert.deepEqual(checkFile(file, [ring], [100], undefined, before.length), { records: 100, ...clean })
})

test('a record that is missing is lost, at the end and in the middle', () => {
  const lines = given(100)
  assert.deepEqual(checkFile(fileOf(textOf(lines.slice(0, 99))), [ring], [100]), {
    records: 99,
    ...clean,
    lost: 1,
  })
  const gap = [...lines.slice(0, 40), ...lines.slice(43)]
  assert.deepEqual(checkFile(fileOf(textOf(gap)), [ring], [100]), { records: 97, ...clean, lost: 3 })
})

test('a record that stands there twice is not flawless', () => {
  const lines = given(100)
  const twice = [...lines.slice(0, 41), ...lines.slice(40)]
  assert.ok(!isFlawless(checkFile(fileOf(textOf(twice)), [ring], [100])))
  const more = checkFile(fileOf(textOf(given(101))), [ring], [100])
  assert.deepEqual(more, { records: 101, ...clean, extra: 1 })
})

test('a torn record and a line of two glued records are damaged', () => {
  const lines = given(100)
  const torn = `${textOf(lines.slice(0, 99))}${lines[99].slice(0, 20)}`
  assert.deepEqual(checkFile(fileOf(torn), [ring], [100]), { records: 99, lost: 1, extra: 0, damaged: 1 })
  const glued = textOf(lines).replace(`${lines[50]}\n`, lines[50])
  assert.equal(checkFile(fileOf(glued), [ring], [100]).damaged, 1)
})

test('records in the wrong order are not flawless', () => {
  const lines = given(10)
  const swapped = [...lines.slice(0, 4), lines[5], lines[4], ...lines.slice(6)]
  assert.ok(!isFlawless(checkFile(fileOf(textOf(swapped)), [ring], [10])))
})

test('several writers are each checked by themselves, however they are mixed', () => {
  const rings = [0, 1].map((writer) => sizedLines(64, writer))
  const mixed = [rings[1][0], rings[0][0], rings[0][1], rings[1][1], rings[1][2]]
  assert.deepEqual(checkLines(mixed, rings, [2, 3]), { records: 5, ...clean })
  assert.equal(checkLines(mixed, rings, [3, 3]).lost, 1)
  assert.equal(checkLines([...mixed, '{"writer":7,"x":1}', 'nonsense'], rings, [2, 3]).damaged, 2)
})

test('where a candidate writes in a form of its own, its comparison is used', () => {
  const matches = (line, expected) => line === `prefix ${expected}`
  const file = fileOf(textOf(given(20).map((line) => `prefix ${line}`)))
  assert.deepEqual(checkFile(file, [ring], [20], matches), { records: 20, ...clean })
})
