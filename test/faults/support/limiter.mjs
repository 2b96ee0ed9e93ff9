// limiter.mjs: this process's own file size limit, which cuts its writes at a chosen byte.
//
// Idea: RLIMIT_FSIZE is real and works on every file system; lab/limiter.c sets it from outside.
// Contract: synchronous: when limit() returns, it is in force. It holds for every file that this
// process writes: raise it before writing logs.

import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labProgram, run } from '../lab/programs.mjs'

export class Limiter {
  #folder = mkdtempSync(join(tmpdir(), 'wholeline-limiter-'))
  #request = Buffer.alloc(8)
  #reply = Buffer.alloc(1)
  #child
  #out
  #in

  constructor() {
    const [requests, replies] = ['requests', 'replies'].map((name) => join(this.#folder, name))
    run('mkfifo', requests, replies)
    // Both ends, so that opening waits for nobody.
    this.#out = openSync(requests, 'r+')
    this.#in = openSync(replies, 'r+')
    this.#child = spawn(labProgram('limiter'), [String(process.pid), requests, replies], { stdio: 'inherit' })
    this.#child.unref()
    process.once('exit', () => this.close())
    this.raise()
  }

  /** @param {number} bytes */
  limit(bytes) {
    this.#request.writeBigUInt64LE(BigInt(bytes))
    this.#send()
  }

  raise() {
    this.#request.fill(0xff)
    this.#send()
  }

  close() {
    if (this.#folder === '') return
    this.#child.kill('SIGKILL')
    closeSync(this.#in)
    closeSync(this.#out)
    rmSync(this.#folder, { recursive: true, force: true })
    this.#folder = ''
  }

  #send() {
    writeSync(this.#out, this.#request)
    readSync(this.#in, this.#reply)
  }
}
