// Sets the file size limit (RLIMIT_FSIZE) of another process, again and again. A shell does it: to start a program is
// far cheaper from there than from a large process of Jest.

import { spawn } from 'node:child_process'
import { afterTest } from './after-test.js'

const script = 'while read -r limit; do prlimit --pid "$0" --fsize="$limit:" || exit; echo; done'

export class FileSizeLimiter {
  readonly #shell

  constructor(pid: number) {
    this.#shell = spawn('sh', ['-c', script, String(pid)], { stdio: ['pipe', 'pipe', 'inherit'] })
    afterTest(() => this.#shell.kill('SIGKILL'))
  }

  /** Resolves once it is in force. */
  set(bytes: number | 'unlimited'): Promise<void> {
    return new Promise((resolve, reject) => {
      const ended = (): void => {
        reject(new Error('the file size limit could not be set'))
      }
      if (this.#shell.exitCode !== null) {
        ended()
        return
      }
      this.#shell.once('close', ended)
      this.#shell.stdout.once('data', () => {
        this.#shell.off('close', ended)
        resolve()
      })
      this.#shell.stdin.write(`${bytes}\n`)
    })
  }
}
