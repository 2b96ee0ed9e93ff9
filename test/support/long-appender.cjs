// long-appender.cjs FILE WAY BYTES MOST: appends records of so many bytes until standard input ends, or to MOST
// of them, and prints how many. WAY: plain (fs.writeSync, the file kept open), each (opened for each record),
// Recorder.

'use strict'

const { closeSync, openSync, writeSync } = require('node:fs')
const { Recorder } = require('../..')

const [file, way, bytes, most] = process.argv.slice(2)

/** Record `i`; nothing but its text can be it. */
function recordOf(i) {
  const filler = String.fromCharCode(97 + (i % 26))
  return { writer: way, i, text: filler.repeat(Number(bytes)) }
}

/** The whole line in one write(2). */
function writeLine(fd, record) {
  const line = Buffer.from(`${JSON.stringify(record)}\n`)
  const written = writeSync(fd, line)
  if (written !== line.length) throw new Error(`${written} of ${line.length} bytes were written`)
}

const openers = {
  plain: () => {
    const fd = openSync(file, 'a')
    return { append: (record) => writeLine(fd, record), close: () => closeSync(fd) }
  },
  each: () => {
    const append = (record) => {
      const fd = openSync(file, 'a')
      writeLine(fd, record)
      closeSync(fd)
    }
    return { append, close: () => undefined }
  },
  Recorder: () => {
    const recorder = Recorder.openSync(file)
    return { append: (record) => recorder.appendSync(record), close: () => recorder.closeSync() }
  },
}

async function main() {
  let told = false
  process.stdin.resume().on('end', () => (told = true))
  const target = openers[way]()
  process.send('ready')
  let i = 0
  for (; i < Number(most) && !told; i++) {
    target.append(recordOf(i))
    // The end of standard input is heard between two records.
    await new Promise(setImmediate)
  }
  target.close()
  process.send(i, () => process.exit(0))
}

main()
