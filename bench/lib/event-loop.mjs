// How late the event loop gets to what comes from outside: another process sends the time, and what has passed by
// then when the loop hands it over is the delay.
//
// `monitorEventLoopDelay` of perf_hooks is not used. It is a timer, and libuv counts time for timers in whole
// milliseconds from each time it was woken: with a byte from another process every 5 ms, and nothing else to do, it
// shows a p99 of 2.0 ms instead of 1.25. So it shows how often the loop is woken, by a write that has ended for
// instance, and hardly how long it is kept busy.
//
// The main thread goes before others meanwhile, where it may: for seconds V8 compiles what is called a thousand times a
// second, in threads of its own, and one that the kernel wakes on the core of the main thread takes it for 1 to 4 ms,
// though nothing blocks the loop.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, setPriority } from 'node:os'
import { nativeProgram } from '../native/build.mjs'
import { TimeCounts } from './time-counts.mjs'

const pauseMicroseconds = 500
const stampBytes = 8

/** This thread, and the process that it starts then; Linux knows it of each thread, and others of Node keep theirs. */
function goBeforeOthers() {
  try {
    setPriority(0, constants.priority.PRIORITY_HIGHEST)
  } catch (error) {
    if (error.info?.code !== 'EACCES') throw error
  }
}

export class EventLoopDelay {
  #counts = new TimeCounts()
  /** What is sent from then on and before this counts. */
  #from = null
  #until = null
  #seenAll = () => {}
  #sender
  #gone

  /** When it resolves the other process is sending. */
  static async start() {
    goBeforeOthers()
    const loop = new EventLoopDelay()
    await loop.#unlessGone(once(loop.#sender.stdout, 'data'))
    return loop
  }

  constructor() {
    const stdio = ['ignore', 'pipe', 'inherit']
    this.#sender = spawn(nativeProgram('time_stamps'), [String(pauseMicroseconds)], { stdio })
    this.#gone = once(this.#sender, 'close')
    this.#sender.stdout.on('data', (bytes) => this.#take(bytes))
  }

  #take(bytes) {
    const now = process.hrtime.bigint()
    for (let at = 0; at < bytes.length; at += stampBytes) {
      const sent = bytes.readBigInt64LE(at)
      if (this.#from === null || sent < this.#from) continue
      if (this.#until !== null && sent > this.#until) this.#seenAll()
      else this.#counts.add(Number(now - sent))
    }
  }

  #unlessGone(promise) {
    const gone = this.#gone.then(([code, signal]) => {
      throw new Error(`time_stamps has ended: ${code ?? signal}`)
    })
    return Promise.race([promise, gone])
  }

  begin() {
    this.#from = process.hrtime.bigint()
  }

  /** The delays since then, in nanoseconds; of what the loop has not got to yet, too. */
  async end() {
    this.#until = process.hrtime.bigint()
    await this.#unlessGone(new Promise((resolve) => (this.#seenAll = resolve)))
    this.#sender.kill()
    await this.#gone
    const counts = this.#counts
    return { delayP50: counts.percentile(50), delayP99: counts.percentile(99), delayMax: counts.max }
  }
}
