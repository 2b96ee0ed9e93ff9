// Every form in which a record is appended and its range told: AppendFile and Recorder, on this thread and on
// the pool, in this process or in one of its own.

import { AppendFile, Recorder, type ByteRange, type RecorderOptions } from '../../../lib/index.js'
import type { Door } from '../../../lib/door/door.js'
import { nativeDoor } from '../../../lib/door/native-door.js'
import { afterTest } from '../../support/after-test.js'
import type { ChildOptions } from '../../support/children.js'
import { openFaultyFile, openFaultyRecorder } from '../../support/faulty-door.js'
import { Remote, type ToldError } from '../../support/remote-file.js'
import { withRoomFor } from './cuts.js'

export interface Form {
  readonly name: string
  readonly type: 'AppendFile' | 'Recorder'
  readonly method: string
  readonly options: RecorderOptions
  /** What the method takes for a record, which is compact JSON text. */
  readonly argument: (record: string) => unknown
}

const asLine = (record: string): unknown => `${record}\n`
const asValue = (record: string): unknown => JSON.parse(record)
const asText = (record: string): unknown => record
const asGroup = (record: string): unknown => [JSON.parse(record)]

function form(
  type: Form['type'],
  method: string,
  argument: Form['argument'],
  options: RecorderOptions = {},
): Form {
  const told = Object.keys(options).length === 0 ? '' : ` with ${JSON.stringify(options)}`
  return { name: `${type}.${method}${told}`, type, method, options, argument }
}

export const forms: readonly Form[] = [
  form('AppendFile', 'appendSync', asLine),
  form('AppendFile', 'append', asLine),
  form('Recorder', 'appendSync', asValue),
  form('Recorder', 'append', asValue),
  form('Recorder', 'append', asValue, { flushMode: 'sync' }),
  form('Recorder', 'append', asValue, { fsync: 'always' }),
  form('Recorder', 'appendLineSync', asText),
  form('Recorder', 'appendLine', asText),
  form('Recorder', 'appendAll', asGroup),
]

/** An open file of one form. */
export interface Writer {
  append(record: string): Promise<ByteRange>
  close(): Promise<void>
}

function rangeOf(result: unknown): ByteRange {
  return [result].flat()[0] as ByteRange
}

function perform(target: AppendFile | Recorder, method: string, argument: unknown): unknown {
  const member: unknown = Reflect.get(target, method)
  if (typeof member !== 'function') throw new Error(`there is no method ${method}`)
  return Reflect.apply(member, target, [argument])
}

/** Opens in this process, by the native door or one of the test's, and closes after the test. */
export function openHere(
  { type, method, options, argument }: Form,
  path: string,
  door: Door = nativeDoor,
  more: RecorderOptions = {},
): Writer {
  const open = type === 'AppendFile' ? openFaultyFile : openFaultyRecorder
  const target = open(door, path, { ...options, ...more })
  afterTest(() => target.close().catch(() => undefined))
  return {
    append: async (record) => rangeOf(await perform(target, method, argument(record))),
    close: () => target.close(),
  }
}

/** The same by the call that gives a promise or the one that does not, with the file's own options alone. */
export async function openBy(
  opening: 'open' | 'openSync',
  { type, method, options, argument }: Form,
  path: string,
): Promise<Writer> {
  const target = await (type === 'AppendFile' ? AppendFile : Recorder)[opening](path, options)
  afterTest(() => target.close().catch(() => undefined))
  return {
    append: async (record) => rangeOf(await perform(target, method, argument(record))),
    close: () => target.close(),
  }
}

/** An open file of one form in a process of its own, which can be limited and killed. */
export class RemoteWriter {
  readonly remote: Remote
  readonly #form: Form
  readonly #path: string

  private constructor(remote: Remote, given: Form, path: string) {
    this.remote = remote
    this.#form = given
    this.#path = path
  }

  static async open(
    given: Form,
    path: string,
    more: RecorderOptions = {},
    child: ChildOptions = {},
  ): Promise<RemoteWriter> {
    const options = { ...given.options, ...more }
    return new RemoteWriter(await Remote.open({ type: given.type, path, options }, child), given, path)
  }

  async append(record: string): Promise<ByteRange> {
    return rangeOf(await this.remote.call(this.#form.method, this.#form.argument(record)))
  }

  failure(record: string): Promise<ToldError> {
    return this.remote.failure(this.#form.method, this.#form.argument(record))
  }

  /** The failure of an append that is cut off after so many bytes. */
  failureAt(cut: number, record: string): Promise<ToldError> {
    return withRoomFor(cut, this.remote, this.#path, () => this.failure(record))
  }
}
