// The result, side by side, and one damaged line with the place where two records met.

import { columnsOf, count, fit, paint, table, wrap } from './table.mjs'

const recordStart = '{"writer":'

function zeroIsGood(number) {
  return { text: count(number), colour: number === 0 ? 'green' : 'red' }
}

function ranges({ ranged, wrongRanges }) {
  return ranged === 0
    ? 'none given'
    : { text: count(ranged - wrongRanges), colour: wrongRanges ? 'red' : 'green' }
}

/** @param sides - the two results: { name, run, verdict } */
export function resultTable(sides) {
  const row = (label, cell) => [label, ...sides.map(cell)]
  return table([
    row('', ({ name }) => ({ text: name, colour: 'bold' })),
    row('times without room', ({ run }) => count(run.timesFull)),
    row('appends that failed', ({ run }) => count(run.failures)),
    row('records acknowledged', ({ verdict }) => count(verdict.acknowledged)),
    row('found whole', ({ verdict }) => count(verdict.whole)),
    row('at the range it was given', ({ verdict }) => ranges(verdict)),
    row('lost', ({ verdict }) => zeroIsGood(verdict.lost)),
    row('duplicated', ({ verdict }) => zeroIsGood(verdict.duplicated)),
    row('damaged lines', ({ verdict }) => zeroIsGood(verdict.damaged.length)),
  ])
}

function identify(bytes) {
  const start = bytes.subarray(0, 60).toString('latin1')
  const [, writer, sequence] = /^\{"writer":(\d+),"sequence":(\d+),/u.exec(start) ?? []
  return writer === undefined ? null : { writer, name: `record ${sequence} of writer ${writer}` }
}

/** The two that meet in a damaged line: what is torn, and the record behind it. null: cannot be told. */
function spliceOf(line) {
  const at = line.bytes.lastIndexOf(recordStart)
  const torn = identify(line.bytes)
  const behind = identify(line.bytes.subarray(at))
  return at > 0 && torn !== null && behind !== null ? { line, at, torn, behind } : null
}

/** One damaged line around the splice; better one in which a process has damaged another's record. */
export function damagedExcerpt({ damaged }) {
  const splices = damaged.map(spliceOf).filter((splice) => splice !== null)
  const splice = splices.find(({ torn, behind }) => torn.writer !== behind.writer) ?? splices[0]
  if (splice === undefined) return []
  const { line, at, torn, behind } = splice
  const before = fit(line.bytes.subarray(Math.max(0, at - 200), at).toString(), 35, 'last')
  const after = fit(line.bytes.subarray(at, at + 200).toString(), 38, 'first')
  return [
    `One of the damaged lines (line ${count(line.line)}, ${count(line.bytes.length)} bytes):`,
    '',
    `  …${paint('red', before)}${after}…`,
    `  ${' '.repeat(1 + columnsOf(before))}^`,
    `Before the mark stands the torn start of ${torn.name}, behind it`,
    `the whole of ${behind.name}. Its writer was told that it is recorded;`,
    'a strict reader does not find it.',
  ]
}

/** What wholeline says of the failures, which fs.appendFile does not. */
export function rollbackLines({ run }) {
  if (run.tornAppends === 0) return []
  const words = Object.entries(run.rollbacks).map(([outcome, times]) => `${outcome} ${count(times)}`)
  const text =
    `wholeline's errors tell of ${count(run.tornAppends)} appends that were cut short, and what became of ` +
    `the bytes that had landed: ${words.join(', ')}. Erased bytes are spaces now; JSON readers skip them.`
  return [wrap(text)]
}
