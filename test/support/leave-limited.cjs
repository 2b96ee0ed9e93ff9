// leave-limited.cjs PATH HOW, under ulimit -f 1: ends with records that do not fit, or did not for a while.
//   behind   process.exit(0) with an append that does not fit, and a write() behind it that does
//   later    the same when they are on their way already
//   exit     process.exit(0) with a write() that does not fit
//   end      the natural end with one
//   listener process.exit(0), and a listener of `exit` gives one
//   healed   after a failure that is over: close() and process.exit(0) in one turn

'use strict'

const { execFileSync } = require('node:child_process')
const { setImmediate: turn } = require('node:timers/promises')
const { Recorder } = require('../..')

const [path, how] = process.argv.slice(2)
const large = 'x'.repeat(2000)

const ways = {
  behind(recorder) {
    recorder.append(large).catch(() => undefined)
    recorder.write('small')
    process.exit(0)
  },
  async later(recorder) {
    recorder.append(large).catch(() => undefined)
    recorder.write('small')
    await Promise.resolve()
    process.exit(0)
  },
  exit(recorder) {
    recorder.write('small')
    recorder.flushSync()
    recorder.write(large)
    process.exit(0)
  },
  listener(recorder) {
    recorder.appendSync('small')
    process.on('exit', () => recorder.write(large))
    process.exit(0)
  },
  end(recorder) {
    recorder.on('error', () => undefined)
    recorder.write('small')
    recorder.flushSync()
    recorder.write(large)
  },
  async healed(recorder) {
    await recorder.append(large).catch(() => undefined)
    await turn()
    execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited:'])
    recorder.write('small')
    void recorder.close()
    process.exit(0)
  },
}

ways[how](Recorder.openSync(path))
