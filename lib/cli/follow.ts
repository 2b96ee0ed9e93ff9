// `wholeline follow FILE`: its records on standard output, as they come. A record is passed by the cursor once the
// system has taken its line.

import { nativeDoor } from '../door/native-door.js'
import { AppendError } from '../errors/append-error.js'
import type { Damage } from '../damage/damage.js'
import { printable } from '../printable.js'
import { followThrough } from '../reading/follow/follow-records.js'
import type { RecordText } from '../reading/follow/judge.js'
import type { FollowChange, FollowOptions } from '../reading/follow/options.js'
import { explainError } from './error-report.js'
import { ExitCode } from './exit-code.js'
import { followUsage, parseFollowOptions, type FollowCommandOptions } from './follow-options.js'
import { print } from './print.js'
import { StopSignals } from './stop-signals.js'

/** Messages about damage; the rest is only counted. */
const mostTold = 20

const changeTexts: Readonly<Record<FollowChange['what'], string>> = {
  next: 'goes on in the file that took its place',
  restarted: 'was emptied or has other content: read again from the start',
  shortened: 'lost its end: goes on at the last line that is as it was',
  lost: 'the file that the cursor names is not to be found: goes on in what came after it',
}

class FollowCommand {
  readonly #options: FollowCommandOptions
  readonly #stop = new AbortController()
  readonly #signals = new StopSignals(() => this.#stop.abort())
  #damaged = 0
  /** Standard output takes nothing more. */
  #outputError: NodeJS.ErrnoException | null = null

  constructor(options: FollowCommandOptions) {
    this.#options = options
    // A reader that goes away ends it. Of a socket that is known at once, of a pipe when the next record comes.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => this.#lose(error))
    process.stdout.on('close', () => this.#stop.abort())
  }

  async run(): Promise<ExitCode> {
    try {
      for await (const record of this.#follow()) {
        if (!(await this.#print(record))) break
      }
    } catch (error) {
      if (!(error instanceof AppendError)) throw error
      this.#say(explainError(error))
      return ExitCode.failed
    } finally {
      this.#signals.dispose()
    }
    if (this.#damaged > mostTold) this.#say(`wholeline: ${this.#damaged} damaged lines in all`)
    if (this.#outputError !== null && this.#outputError.code !== 'EPIPE') {
      this.#say(`${explainError(this.#outputError)} (standard output)`)
      return ExitCode.failed
    }
    return this.#damaged > 0 ? ExitCode.flawed : ExitCode.fine
  }

  #follow(): AsyncIterable<RecordText> {
    const { file, from, cursor, salvage } = this.#options
    const options: FollowOptions = {
      from,
      signal: this.#stop.signal,
      onDamage: (damage) => {
        this.#tellDamage(damage)
        return salvage ? 'salvage' : 'skip'
      },
      onChange: ({ what }) => this.#say(`wholeline: ${printable(file)}: ${changeTexts[what]}`),
      ...(cursor !== null && { cursor }),
    }
    return followThrough(nativeDoor, file, options)
  }

  /** False: it was not taken. */
  async #print({ file, start, end, text }: RecordText): Promise<boolean> {
    const head = `{"file":"${file}","start":${start},"end":${end},"value":`
    const parts = this.#options.json
      ? [Buffer.from(head), text, Buffer.from('}\n')]
      : [text, Buffer.from('\n')]
    const error = await new Promise<Error | null | undefined>((resolve) => {
      process.stdout.write(Buffer.concat(parts), resolve)
    })
    if (error != null) this.#lose(error)
    return error == null
  }

  #lose(error: NodeJS.ErrnoException): void {
    this.#outputError ??= error
    this.#stop.abort()
  }

  #tellDamage({ kind, start, end, excerpt }: Damage): void {
    if (++this.#damaged > mostTold) return
    this.#say(`wholeline: ${printable(this.#options.file)}: ${kind} at [${start}, ${end}): ${excerpt}`)
  }

  #say(text: string): void {
    process.stderr.write(`${text}\n`)
  }
}

export async function run(args: readonly string[]): Promise<ExitCode> {
  const options = parseFollowOptions(args)
  if (options === null) {
    await print(followUsage)
    return ExitCode.fine
  }
  return new FollowCommand(options).run()
}
