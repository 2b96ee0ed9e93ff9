// leave-busy.cjs PATH HOW: the process is ended by process.exit() while the recorder has little to do, or nothing.
//
//   during:KIND   a record is given while a barrier (`sync`, `reopen`) is on its way, and nothing else is
//   behind:KIND   and another when the first is on its way, which was started by the end of the barrier
//   twice         a listener of `flush` gives one while the process ends, and calls process.exit() once more
//   listener      a listener of `exit` gives the first record that ever was to wait
//   opened        a listener of `exit` opens the recorder
//   loaded        and with a copy of the package that it has loaded itself

'use strict'

const { Recorder } = require('../..')

const [path, how] = process.argv.slice(2)
const [what, kind] = how.split(':')

function giveAtExit(open) {
  process.on('exit', () => open().write('at exit'))
  process.exit(0)
}

function giveAndExitTwice(recorder) {
  recorder.once('flush', () => {
    recorder.write('at exit')
    // Called while the event exit is told, it ends the process at once.
    process.exit(0)
  })
  recorder.write('before')
  process.exit(0)
}

async function giveAtBarrier(recorder) {
  recorder.write('before')
  const barrier = recorder[kind]()
  // By then the barrier has been started.
  await new Promise((resolve) => {
    recorder.once('flush', () => {
      recorder.write('during')
      if (what === 'during') process.exit(0)
      resolve()
    })
  })
  await barrier
  // The record before is on its way, unless the pool was as quick as that; this one is to be there either way.
  recorder.write('behind')
  process.exit(0)
}

function loadAnew() {
  for (const name of Object.keys(require.cache)) delete require.cache[name]
  return require('../..').Recorder
}

if (what === 'loaded') giveAtExit(() => loadAnew().openSync(path))
else if (what === 'opened') giveAtExit(() => Recorder.openSync(path))
else {
  const recorder = Recorder.openSync(path)
  if (what === 'listener') {
    recorder.appendSync('before')
    giveAtExit(() => recorder)
  } else if (what === 'twice') giveAndExitTwice(recorder)
  else void giveAtBarrier(recorder)
}
