// Recording until the code is compiled.
//
// A recorder runs for hours, so what counts is the steady state. V8 compiles on the other core meanwhile, and takes
// longer than one measurement. Per 100 ms, given 256 B, wholeline's writeLine comes down from 245 ns a record to 145
// within 500 ms and sonic-boom from 1.75 µs to 1.0; at 4 KB fs.createWriteStream from 5.0 µs to 3.4 within 600; and
// single appends of wholeline from 1.45 µs to 0.9 within 500; with transcripts, on a slower machine, from 3.2 µs to 1.9
// within 640, and to 1.5 within 1,100. So all candidates of Node record four times for 160 ms before, each time into a
// new file, for else gigabytes would wait for the disk. What the first time shows is given, so that it can stand beside.

import { removeFile } from './remove-file.mjs'

/**
 * @param record - records into a file for so many milliseconds and gives { count, elapsed }
 * @returns nanoseconds per record of the first time
 */
export async function warmUp(record, folder, { warmUps, warmUpMilliseconds }) {
  let first = null
  for (let i = 0; i < warmUps; i++) {
    const path = `${folder}/warm-up-${i}`
    const { count, elapsed } = await record(path, warmUpMilliseconds)
    first ??= elapsed / count
    removeFile(path)
  }
  return first
}
