// A recorder on a file of the test's own, closed after it.

import { Recorder, type RecorderOptions } from '../../lib/index.js'
import type { Door } from '../../lib/door/door.js'
import { afterTest } from './after-test.js'
import { openFaultyRecorder } from './faulty-door.js'
import { temporaryPath } from './temporary.js'

function closeAfterTest(recorder: Recorder): Recorder {
  afterTest(() => {
    // What a test has left unwritable on purpose must not fail it.
    recorder.on('error', () => undefined)
    try {
      recorder.closeSync()
    } catch {
      // The test has seen to what it wanted to see.
    }
  })
  return recorder
}

export function openRecorder(options: RecorderOptions = {}, path = temporaryPath()): Recorder {
  return closeAfterTest(Recorder.openSync(path, options))
}

/** The same through a door of the test. */
export function openRecorderThrough(
  door: Door,
  options: RecorderOptions = {},
  path = temporaryPath(),
): Recorder {
  return closeAfterTest(openFaultyRecorder(door, path, options))
}

/** Both ways to open a recorder. */
export const everyOpen: [string, (path: string, options?: RecorderOptions) => Promise<Recorder>][] = [
  ['openSync', (path, options) => Promise.resolve(openRecorder(options, path))],
  ['open', async (path, options) => closeAfterTest(await Recorder.open(path, options))],
]

/** Lets one value be recorded in each way there is, and gives its range where that way tells it. */
export const everyWay: [string, (recorder: Recorder, value: unknown) => unknown][] = [
  ['write', (recorder, value) => recorder.write(value)],
  ['append', (recorder, value) => recorder.append(value)],
  ['appendSync', (recorder, value) => recorder.appendSync(value)],
  ['appendAll', (recorder, value) => recorder.appendAll([value])],
]

/** The same for a line that is serialised already. */
export const everyLineWay: [string, (recorder: Recorder, line: string | Uint8Array) => unknown][] = [
  ['writeLine', (recorder, line) => recorder.writeLine(line)],
  ['appendLine', (recorder, line) => recorder.appendLine(line)],
  ['appendLineSync', (recorder, line) => recorder.appendLineSync(line)],
]
