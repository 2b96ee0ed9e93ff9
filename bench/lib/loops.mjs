// How records are given to a candidate: one by one, as fast as it takes them, or so many in flight. Each gives the
// number of records and the nanoseconds from the first to the end; a loop runs for a time, not for a count, so
// that slow candidates do not take minutes and fast ones are not over at once.

import { Stopwatch } from './clock.mjs'

/** Records as the adapters take them, ready before the clock starts. */
export function prepare(lines) {
  return lines.map((line) => {
    const bytes = Buffer.from(`${line}\n`)
    // A string that is one piece in memory, as one that was read or made by JSON.stringify is.
    return { line: bytes.toString('utf8', 0, bytes.length - 1), ended: bytes.toString(), bytes }
  })
}

/** After so many bytes a producer waits if it was asked to: earlier would only slow those with small marks. */
const burstBytes = 1024 * 1024

/**
 * Single appends, each done before the next. What each gave back is kept until the next, as by a caller who looks at
 * it: V8 makes no object of a range that nobody sees, where it compiles the call into the loop.
 */
export async function appendEach(handle, records, milliseconds) {
  const { length } = records
  const watch = new Stopwatch(milliseconds)
  let count = 0
  let answer
  if (handle.appendSync !== undefined) {
    do {
      answer = handle.appendSync(records[count % length].bytes)
      count++
    } while ((count & 15) !== 0 || watch.running)
  } else {
    do {
      const { line, ended } = records[count % length]
      await handle.append(line, ended)
      count++
    } while (watch.running)
  }
  const elapsed = watch.elapsed
  await handle.finish()
  return { count, elapsed, answer }
}

/** Records given one behind the other, until all of them are in the file and it is closed. */
export async function give(
  handle,
  records,
  milliseconds,
  give = (one, { line, ended }) => one.write(line, ended),
) {
  const { length } = records
  const watch = new Stopwatch(milliseconds)
  let count = 0
  let burst = 0
  let asked = false
  do {
    const record = records[count % length]
    if (give(handle, record) === false) asked = true
    burst += record.bytes.length
    count++
    if (burst >= burstBytes) {
      burst = 0
      if (asked) await handle.drained()
      asked = false
    }
  } while ((count & 63) !== 0 || watch.running)
  await handle.finish()
  return { count, elapsed: watch.elapsed }
}

/**
 * So many appends under way at any time; each waits for its acknowledgement before it gives the next. The file stays
 * open.
 * @param from - which record is the first
 */
export async function keepInFlight(handle, records, milliseconds, from, inFlight) {
  const { length } = records
  const watch = new Stopwatch(milliseconds)
  let next = from
  if (handle.appendGroup !== undefined) {
    do {
      const group = Array.from({ length: inFlight }, (_, i) => records[(next + i) % length].line)
      await handle.appendGroup(group)
      next += inFlight
    } while (watch.running)
  } else {
    const lane = async () => {
      do {
        const { line, ended } = records[next % length]
        next++
        await handle.append(line, ended)
      } while (watch.running)
    }
    await Promise.all(Array.from({ length: inFlight }, lane))
  }
  return { count: next - from, elapsed: watch.elapsed }
}
