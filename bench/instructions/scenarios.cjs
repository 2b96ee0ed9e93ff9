// The ways to append whose instructions are counted, one after another in one process. Each ends with a sync: at
// fdatasync(2) callgrind writes down what has been counted since the one before.
//
//   node scenarios.cjs FOLDER COUNT WARM-UP

const path = require('node:path')
const { AppendFile, Recorder } = require('../../dist/index.js')

const folder = process.argv[2]
const times = Number(process.argv[3])
const warmUpTimes = Number(process.argv[4])

// So often in turns with syncs, until V8 has compiled all of it and has seen all that comes by.
const warmUps = 5

const line = JSON.stringify({ sequence: 1, text: 'x'.repeat(220) })
const bytes = Buffer.from(`${line}\n`)
const object = { level: 30, time: 1772356500000, pid: 4711, msg: 'request completed', user: null, ms: 12.5 }

// Nothing here depends on the pool's threads, whose turns are never the same, or on the time.
const options = { flushMode: 'sync', moveCheckMs: 3_600_000 }
const unchecked = { ...options, validateLines: false }

const beyondAscii = JSON.stringify({
  sequence: 1,
  text: `${'x'.repeat(50)} → ${'é'.repeat(10)} 漢字 `.repeat(5),
})

const scenarios = {
  appendSync: [options, (file) => () => file.appendSync(bytes)],
  appendLineSync: [unchecked, (file, recorder) => () => recorder.appendLineSync(line)],
  write: [options, (file, recorder) => () => recorder.write(object)],
  writeLineChecked: [options, (file, recorder) => () => recorder.writeLine(line)],
  writeLineBeyondAscii: [unchecked, (file, recorder) => () => recorder.writeLine(beyondAscii)],
}

for (const [name, [options, make]] of Object.entries(scenarios)) {
  const file = AppendFile.openSync(path.join(folder, `${name}-file`))
  const recorder = Recorder.openSync(path.join(folder, `${name}-recorder`), options)
  const append = make(file, recorder)
  const run = (count) => {
    for (let i = 0; i < count; i++) append()
    recorder.flushSync()
  }
  const runAndSync = (count) => {
    run(count)
    file.appendSync(bytes) // so that there is something to sync
    file.syncSync()
  }
  for (let i = 0; i < warmUps; i++) runAndSync(warmUpTimes)
  runAndSync(times)
  file.closeSync()
  recorder.closeSync()
}
