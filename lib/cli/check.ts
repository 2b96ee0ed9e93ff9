// `wholeline check FILE…`: reads files and says what is wrong with them; changes nothing.

import { checkFile } from '../check/check-file.js'
import type { Damage } from '../damage/damage.js'
import { AppendError } from '../errors/append-error.js'
import { printable } from '../printable.js'
import { damageToJson, failureToJson, summaryToJson } from './check-json.js'
import { checkUsage, parseCheckOptions, type CheckCommandOptions } from './check-options.js'
import { reportToText, shownDamage } from './check-text.js'
import { ExitCode } from './exit-code.js'
import { expandPattern } from './expand-pattern.js'
import { formatBytes } from './format.js'
import { useAllCores } from './pool-threads.js'
import { print } from './print.js'
import { Progress } from './progress.js'

class CheckCommand {
  readonly #options: CheckCommandOptions
  readonly #progress: Progress
  #worst: ExitCode = ExitCode.fine
  #file = ''
  #done = 0
  #total = 0

  constructor(options: CheckCommandOptions) {
    this.#options = options
    this.#progress = new Progress(process.stderr, process.stderr.isTTY, () => ({
      bytes: this.#done,
      done: `${printable(this.#file)}: ${formatBytes(this.#done)} of ${formatBytes(this.#total)}`,
      left: this.#total - this.#done,
    }))
  }

  async run(): Promise<ExitCode> {
    try {
      for (const argument of this.#options.files) await this.#checkAll(argument)
    } finally {
      this.#progress.stop()
    }
    return this.#worst
  }

  async #checkAll(argument: string): Promise<void> {
    const { files, problems } = expandPattern(argument)
    for (const { place, message } of problems) await this.#fail(place, new Error(`check: ${message}`))
    if (files.length === 0 && problems.length === 0)
      await this.#fail(argument, new Error(`check: no file matches ${argument}`))
    for (const file of files) await this.#check(file)
  }

  async #check(file: string): Promise<void> {
    const { maxRecordBytes, json } = this.#options
    const started = performance.now()
    ;[this.#file, this.#done, this.#total] = [file, 0, 0]
    try {
      const report = await checkFile(file, {
        maxRecordBytes,
        maxDamage: shownDamage,
        onProgress: (done, total) => {
          this.#done = done
          this.#total = total
        },
        ...(json ? { onDamage: (damage: Damage) => this.#print(damageToJson(file, damage)) } : {}),
      })
      if (!report.ok) this.#note(ExitCode.flawed)
      const seconds = (performance.now() - started) / 1000
      await this.#print(json ? summaryToJson(file, report, seconds) : reportToText({ ...report, path: file }))
    } catch (error) {
      if (!(error instanceof AppendError)) throw error
      await this.#fail(file, error)
    }
  }

  async #fail(file: string, error: Error): Promise<void> {
    this.#note(ExitCode.failed)
    this.#progress.message(`wholeline: ${printable(error.message)}`)
    if (this.#options.json) await this.#print(failureToJson(file, error))
  }

  #print(text: string): Promise<void> {
    // Where both are the same terminal, the progress must not stand in the way.
    this.#progress.clear()
    return print(`${text}\n`)
  }

  /** The codes get worse upwards. */
  #note(code: ExitCode): void {
    if (code > this.#worst) this.#worst = code
  }
}

export async function run(args: readonly string[]): Promise<ExitCode> {
  const options = parseCheckOptions(args)
  if (options === null) {
    await print(checkUsage)
    return ExitCode.fine
  }
  useAllCores()
  return new CheckCommand(options).run()
}
