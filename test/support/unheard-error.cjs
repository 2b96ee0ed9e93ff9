// unheard-error.cjs PATH HOW, under ulimit -f 1: a write() that cannot be written, and who hears of it.
// HOW: nobody | flush | listener | handler (of uncaughtException).

'use strict'

const { Recorder } = require('../..')

const [path, how] = process.argv.slice(2)

function say(what) {
  process.stdout.write(`${what}\n`)
}

async function main() {
  const recorder = Recorder.openSync(path)
  // At exit there is nothing more to be done for what does not fit.
  process.removeAllListeners('exit')
  if (how === 'listener') recorder.on('error', (error) => say(`event ${error.code}`))
  if (how === 'handler') {
    process.on('uncaughtException', (error) => {
      say(`uncaught ${error.code}`)
      process.reallyExit(0)
    })
  }
  recorder.write('x'.repeat(2000))
  if (how === 'flush') {
    await recorder.flush().catch((error) => say(`flush ${error.code}`))
    process.reallyExit(0)
  }
  if (how === 'listener') recorder.once('error', () => process.reallyExit(0))
}

main()
