// The turns of a candidate: all candidates of a round are there at once, each in a process of its own, and one after
// another they record for some milliseconds, again and again. What disturbs the machine for longer than that, a
// neighbour or its clock, disturbs all of them alike, and ratios of the same turn do not show it.
//
// The process says on standard output that it is ready, and is told on standard input to go on (lib/run-round.mjs). It
// waits in read(2), with its event loop standing still, so that it takes nothing from whose turn it is.
//
// Each turn has a file of its own, which is looked at and gone before the next. Else what all of them write would lie in
// fresh memory, and a virtual machine asks its host for each page of that: 1 MiB then takes milliseconds.

import { readSync, writeSync } from 'node:fs'

/** What a process prints that is ready for its next turn. */
export const readyLine = 'ready'
/** What it prints before the counts of records that its writers have left in the file of the turn. */
export const writtenWord = 'written'

function say(text) {
  writeSync(1, `${text}\n`)
}

/** Waits until it is this process's turn. */
export function waitForTurn() {
  say(readyLine)
  if (readSync(0, Buffer.alloc(1)) === 0) throw new Error('told to end before the last turn')
}

export function turnFile(path, turn) {
  return `${path}.${turn}`
}

/**
 * Calls `record` in each turn, with its number and how many milliseconds it has. One turn comes before those that count:
 * memory that others used meanwhile is fresh once more.
 * @returns how many records in all, and the nanoseconds per record of each turn
 */
export async function takeTurns({ milliseconds, turns }, record) {
  const nsPerRecord = []
  let total = 0
  for (let turn = 0; turn <= turns; turn++) {
    waitForTurn()
    const { count, elapsed } = await record(turn, milliseconds / turns)
    total += count
    if (turn > 0) nsPerRecord.push(elapsed / count)
  }
  return { count: total, metrics: { nsPerRecord } }
}

/**
 * The same with a file for each turn, whole and closed when it is over.
 * @param record - records into this file for so many milliseconds; gives { count, elapsed }, and `counts` where there
 *   are several writers
 */
export function recordInTurns(spec, record) {
  return takeTurns(spec, async (turn, milliseconds) => {
    const recorded = await record(turnFile(spec.path, turn), milliseconds)
    const { count, counts = [count] } = recorded
    say([writtenWord, ...counts].join(' '))
    return recorded
  })
}
