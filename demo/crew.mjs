// Four processes append the session to one file at once, until all of it is acknowledged. Whenever none of
// them has room left, all get more.

import { roomSchedule } from './room.mjs'
import { WriterProcess } from './writer-process.mjs'

export const writers = 4

function sum(crew, member) {
  return crew.reduce((total, writer) => total + writer[member], 0)
}

function sumRollbacks(crew) {
  const total = {}
  for (const { rollbacks } of crew) {
    for (const [outcome, count] of Object.entries(rollbacks)) total[outcome] = (total[outcome] ?? 0) + count
  }
  return total
}

/** The longest record needs three; a fault that more room does not help shall not go on for ever. */
const roundsWithoutProgressMost = 50

async function work(crew, rooms, onProgress) {
  const first = rooms.next().value
  await Promise.all(crew.map((writer) => writer.start(first)))
  let busy = crew
  let acknowledged = 0
  for (let timesFull = 0, idle = 0; ; timesFull++) {
    await Promise.all(busy.map((writer) => writer.run()))
    const before = acknowledged
    acknowledged = crew.reduce((total, writer) => total + writer.acknowledged.length, 0)
    onProgress(acknowledged)
    busy = busy.filter((writer) => !writer.finished)
    if (busy.length === 0) return timesFull
    idle = acknowledged > before ? 0 : idle + 1
    if (idle > roundsWithoutProgressMost) throw new Error('no append succeeds, however much room there is')
    const room = rooms.next().value
    await Promise.all(busy.map((writer) => writer.giveRoom(room)))
  }
}

/**
 * @param task - { kind, path, records, lifting }
 * @param onProgress - is told now and then how many records are acknowledged
 * @returns what was acknowledged, and what the writers were told of the failures
 */
export async function runCrew(task, onProgress) {
  const crew = Array.from({ length: writers }, (_, writer) => new WriterProcess({ ...task, writer }))
  try {
    const timesFull = await work(crew, roomSchedule(task.lifting), onProgress)
    return {
      timesFull,
      acknowledged: crew.flatMap(({ acknowledged }) => acknowledged),
      failures: sum(crew, 'failures'),
      tornAppends: sum(crew, 'tornAppends'),
      rollbacks: sumRollbacks(crew),
    }
  } finally {
    for (const writer of crew) writer.kill()
  }
}
