// wholeline's Recorder. Lines are not checked unless asked for: no other candidate checks any.

import { once } from 'node:events'
import { Recorder } from '../../dist/index.js'

export function open(path, options) {
  const recorder = Recorder.openSync(path, { validateLines: false, ...options })
  return {
    appendSync: (bytes) => recorder.appendLineSync(bytes.subarray(0, -1)),
    write: (line) => recorder.writeLine(line),
    writeObject: ({ full }) => recorder.write(full),
    append: (line) => recorder.appendLine(line),
    drained: () => once(recorder, 'drain'),
    flush: () => recorder.flush(),
    finish: () => recorder.close(),
  }
}
