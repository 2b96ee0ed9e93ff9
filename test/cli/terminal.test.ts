// What a person at a terminal sees, through the pseudo terminal that script(1) makes.

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { describeWithScript } from '../support/needs.js'
import { temporaryPath, textOf } from '../support/temporary.js'
import { program } from './program.js'

/** A recording whose messages go to a terminal and whose input comes from the test. */
class AtTerminal {
  readonly file = temporaryPath()
  readonly #input: number
  readonly #ended: Promise<unknown>
  seen = ''
  readonly #output

  constructor(...options: string[]) {
    const fifo = `${this.file}.fifo`
    execFileSync('mkfifo', [fifo])
    this.#input = openSync(fifo, 'r+')
    const command = [process.execPath, program, 'record', ...options, this.file].join("' '")
    const child = spawn('script', ['-qec', `'${command}' < '${fifo}'`, '/dev/null'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#output = child.stdout.setEncoding('utf8').on('data', (text: string) => (this.seen += text))
    this.#ended = once(child, 'close')
  }

  give(text: string): void {
    writeSync(this.#input, text)
  }

  async until(text: string): Promise<void> {
    while (!this.seen.includes(text)) await once(this.#output, 'data')
  }

  async end(): Promise<void> {
    closeSync(this.#input)
    await this.#ended
  }
}

const clear = '\r\u001b[K'

describeWithScript('at a terminal', () => {
  test('progress is drawn in place and gone in the end, when the summary appears', async () => {
    const terminal = new AtTerminal()
    terminal.give('{"a":1}\n')
    await terminal.until('\r1 record  8 B  ')
    terminal.give('{"b":2}\n')
    await terminal.until('\r2 records  16 B  ')
    await terminal.end()
    const [drawn, last] = terminal.seen.split(clear)
    expect(drawn).not.toContain('\n')
    expect(last).toMatch(/^2 records in \/.* \(16 B in \d+\.\d s, .*\/s\)\r\n$/)
    expect(textOf(terminal.file)).toBe('{"a":1}\n{"b":2}\n')
  })

  test('a report appears on a line of its own', async () => {
    const terminal = new AtTerminal()
    terminal.give('1\n')
    await terminal.until('\r1 record  2 B  ')
    terminal.give('broken\n')
    await terminal.until(`${clear}line 2: not JSON`)
    await terminal.end()
    expect(terminal.seen).toMatch(/; 1 line refused\r\n$/)
  })

  test('a check draws how far it is and how long it takes, which is gone when the result appears', () => {
    const file = temporaryPath()
    // So much damage that it is told line by line for longer than a redraw takes.
    writeFileSync(file, 'x{\n'.repeat(300_000))
    const { stdout } = spawnSync('script', [
      '-qec',
      `'${process.execPath}' '${program}' check '${file}'`,
      '/dev/null',
    ])
    const [drawn, ...others] = String(stdout).split(clear)
    expect(drawn).toMatch(/\r.* of 900\.0 KB {2}[\d.]+ [KM]?B\/s {2}\d+ (s|min)/)
    expect(drawn).not.toContain('\n')
    expect(others.at(-1)).toContain(': 300,000 damaged lines (0 records in 300,000 lines, 900.0 KB)\r\n')
  })

  test('with --json there is no summary for people', async () => {
    const terminal = new AtTerminal('--json')
    terminal.give('1\n')
    await terminal.until('\r1 record  2 B  ')
    await terminal.end()
    expect(terminal.seen.split(clear).at(-1)).toMatch(/^\{"file":.*\}\r\n$/)
  })
})
