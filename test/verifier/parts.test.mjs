// parts.test.mjs: the verifier's parts where a mistake would hide: cuts of the read buffer, ids
// that look alike, records within rubbish.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folder } from './fixtures.mjs'
import { IdTable } from './ids.mjs'
import { forEachLine } from './lines.mjs'
import { forEachObject } from './salvage.mjs'

test('lines come out the same however the reads cut them', () => {
  const path = join(folder, 'lines')
  for (const text of [
    '',
    '\n',
    'a',
    'a\n',
    '\n\na\n\nbb\nccc',
    `${'x'.repeat(100)}\n\n${'y'.repeat(33)}\n`,
  ]) {
    writeFileSync(path, text)
    const expected = text.split('\n')
    const endedAll = expected.at(-1) === ''
    if (endedAll) expected.pop()
    for (let chunk = 1; chunk <= 40; chunk++) {
      const lines = []
      const size = forEachLine(
        path,
        (buffer, from, to, offset, ended) => {
          assert.equal(text.slice(offset, offset + to - from), buffer.toString('latin1', from, to))
          assert.equal(ended, text[offset + to - from] === '\n')
          lines.push(buffer.toString('latin1', from, to))
        },
        chunk,
      )
      assert.deepEqual(lines, expected, `chunk ${chunk} of ${JSON.stringify(text)}`)
      assert.equal(size, text.length)
    }
  }
})

test('ids that look alike stay apart, and keep their names', () => {
  const table = new IdTable()
  const ids = [
    'A:1',
    'A:01',
    'A:10',
    'B:1',
    'A:B:1',
    'A:',
    ':1',
    '1',
    'A:1.5',
    'A:99999999999',
    'A:70000000',
    'A:5000',
    '',
  ]
  for (const id of ids) {
    assert.equal(table.find(id), -1)
    table.add(id)
  }
  assert.deepEqual(
    ids.map((id) => table.find(id)),
    ids.map((_, n) => n),
  )
  assert.deepEqual(
    ids.map((_, n) => table.name(n)),
    ids,
  )
  const order = []
  table.forEachInOrder((writer, sequence) => order.push(`${writer}:${sequence}`))
  assert.deepEqual(order, ['A:1', 'A:10', 'A:5000', 'B:1', 'A:B:1', ':1'])
})

/** @param {string} text */
function objectsIn(text) {
  const found = []
  forEachObject(Buffer.from(text), (value) => found.push(value))
  return found
}

test('objects are found behind fragments, between others, with braces and quotes in their strings', () => {
  const tricky = { a: '}{"x":1}', b: '\\"}', c: { d: [{}] } }
  const text = JSON.stringify(tricky)
  assert.deepEqual(objectsIn(`{"torn${text}`), [tricky])
  assert.deepEqual(objectsIn(`${text}${text} rubbish ${text}{"torn`), [tricky, tricky, tricky])
  for (let cut = 1; cut < text.length; cut++) {
    assert.deepEqual(objectsIn(text.slice(0, cut) + text).at(-1), tricky, `cut ${cut}`)
  }
})

test('a line of nothing but beginnings does not take for ever', () => {
  const complete = forEachObject(Buffer.from('{"'.repeat(200000)), () => assert.fail('nothing is there'))
  assert.equal(complete, false)
})
