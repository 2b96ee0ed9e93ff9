// The turns that candidates take: a process that measures is let on from one to the next, and what it leaves in the
// file of a turn is looked at before the next one.

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { MeasuredProcess } from '../../bench/lib/measured-process.mjs'
import { runRound } from '../../bench/lib/run-round.mjs'
import { nativeProgram } from '../../bench/native/build.mjs'
import { loadWork } from '../../bench/works/index.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'wholeline-turns-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** A process of this script, which may use `turns`, the module. */
function start(script) {
  const turns = path.join(import.meta.dirname, '..', '..', 'bench', 'lib', 'turns.mjs')
  const whole = `const turns = await import(${JSON.stringify(turns)}); ${script}`
  return new MeasuredProcess(process.execPath, ['--input-type=module', '-e', whole])
}

test('a process waits for each of its turns, says what it has written, and gives its result at the end', async () => {
  const process = start(`
    const spec = { path: 'file', milliseconds: 20, turns: 2 }
    const result = await turns.recordInTurns(spec, (file, ms) => ({ count: 5, counts: [2, 3], elapsed: ms * 100, file }))
    console.log(JSON.stringify(result))`)
  assert.equal(await process.untilReady(), true)
  // One comes before those that count.
  assert.deepEqual(await process.takeTurn(), { isReady: true, counts: [2, 3] })
  assert.deepEqual(await process.takeTurn(), { isReady: true, counts: [2, 3] })
  assert.deepEqual(await process.takeTurn(), { isReady: false, counts: [2, 3] })
  assert.deepEqual(await process.result(), { count: 15, metrics: { nsPerRecord: [200, 200] } })
})

test('a process that fails in its turn ends it, and its result is what it said', async () => {
  const process = start(`turns.waitForTurn(); console.error('no more room'); globalThis.process.exitCode = 3`)
  assert.equal(await process.untilReady(), true)
  assert.equal((await process.takeTurn()).isReady, false)
  await assert.rejects(process.result(), /^Error: no more room$/)
})

test('a process that cannot be started has a result that says so', async () => {
  const process = new MeasuredProcess(path.join(folder, 'not-there'), [])
  assert.equal(await process.untilReady(), false)
  await assert.rejects(process.result(), /ENOENT/)
})

const spec = (candidate, parameters) => ({
  work: 'A',
  candidate,
  parameters: { records: 256, warmUps: 1, warmUpMilliseconds: 2, ...parameters },
  milliseconds: 10,
  turns: 2,
})

test('in a round each candidate has a value for each turn, and all that it recorded was looked at', async () => {
  const work = await loadWork('A')
  const results = await runRound(work, [spec('native-append'), spec('append'), spec('fs-write')], folder, 1)
  for (const { failure, count, metrics, verdict } of results) {
    assert.equal(failure, undefined)
    assert.equal(metrics.nsPerRecord.length, 2)
    assert.deepEqual(verdict, { records: count, lost: 0, extra: 0, damaged: 0 })
  }
  assert.deepEqual(readdirSync(folder), [])
})

test('a candidate that writes other records than it was given is seen, turn by turn', async () => {
  const work = await loadWork('A')
  // What is looked for are lines of another size.
  const others = { ...work, rings: () => [['{"other":1}']] }
  const [{ count, verdict }] = await runRound(others, [spec('append')], folder, 1)
  assert.deepEqual(verdict, { records: 0, lost: count, extra: 0, damaged: count })
})

test('a candidate that fails is told by its failure, and the others have their turns', async () => {
  const work = await loadWork('A')
  const [failed, good] = await runRound(work, [spec('no-such-one'), spec('append')], folder, 1)
  assert.match(failed.failure, /no such candidate/)
  assert.equal(good.metrics.nsPerRecord.length, 2)
})

test('what is written over keeps its length, however much that is, and a way that is none is refused', async () => {
  const file = path.join(folder, 'space')
  const ring = path.join(folder, 'ring')
  writeFileSync(ring, `${'x'.repeat(65_535)}\n`)
  const start = (way) =>
    new MeasuredProcess(nativeProgram('append_synced'), [file, ring, '100', '1', '16', way])
  const process = start('written-over')
  assert.equal(await process.untilReady(), true)
  const size = 4 * 1024 * 1024
  assert.equal(statSync(file).size, size)
  await process.takeTurn()
  await process.takeTurn()
  const { count } = await process.result()
  assert.ok(count * 65_536 > size, 'it went round')
  assert.equal(statSync(file).size, size)
  const refused = start('elsewhere')
  assert.equal(await refused.untilReady(), false)
  await assert.rejects(refused.result(), /no such way/)
})
