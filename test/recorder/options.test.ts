// Options of a recorder: wrong ones are refused before anything is touched, and those of the file below it
// are handed on.

import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { AppendFile, Recorder, type AppendOptions, type RecorderOptions } from '../../lib/index.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { openRecorder } from '../support/open-recorder.js'
import { temporaryPath, textOf } from '../support/temporary.js'

describe.each([
  ['openSync', (file: string, options: object) => Promise.resolve(Recorder.openSync(file, options))],
  ['open', (file: string, options: object) => Recorder.open(file, options)],
])('%s', (_, open) => {
  test.each<[string, unknown, ErrorConstructor]>([
    ['fsync', 'sometimes', TypeError],
    ['fsync', true, TypeError],
    ['fsync', {}, TypeError],
    ['fsync', { everyMs: '5' }, TypeError],
    ['fsync', { everyMs: 0 }, RangeError],
    ['fsync', { everyMs: 2 ** 31 }, RangeError],
    ['fsync', null, TypeError],
    ['flushMode', 'lazy', TypeError],
    ['highWaterMark', 0, RangeError],
    ['highWaterMark', '1', TypeError],
    ['highWaterMark', Infinity, RangeError],
    ['maxBufferedBytes', -1, RangeError],
    ['maxBufferedBytes', 1.5, RangeError],
    ['maxRecordBytes', 0, RangeError],
    ['maxRecordBytes', 0x7ffff000, RangeError],
    ['validateLines', 'no', TypeError],
    ['lock', 'both', TypeError],
    ['mode', 0o10000, RangeError],
    ['fsyncs', 'always', TypeError],
    ['fsync', { everyMs: 5, atOnce: true }, TypeError],
    ['retry', 3, TypeError],
    ['retry', { attempts: 3, delayMs: 5 }, TypeError],
    ['signal', {}, TypeError],
  ])('refuses %s: %p, and opens nothing', async (name, value, error) => {
    const file = temporaryPath('folder/log')
    expect(await failureOf(() => open(file, { [name]: value }))).toBeInstanceOf(error)
    expect(existsSync(path.dirname(file))).toBe(false)
  })

  test('hands mode, mkdir, lock and rollback on to the file', async () => {
    const file = temporaryPath('folder/log')
    const recorder = await open(file, { mode: 0o640, lock: 'exclusive', rollback: 'erase' })
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(thrownBy(() => AppendFile.openSync(file))).toMatchObject({ kind: 'ResourceBusy' })
    await recorder.close()
    const missing = temporaryPath('missing/log')
    expect(await failureOf(() => open(missing, { mkdir: false }))).toMatchObject({ code: 'ENOENT' })
  })
})

test.each<[string, object]>([
  ['option retry.delayMs: not known; there are attempts, minDelayMs, maxDelayMs', { retry: { delayMs: 5 } }],
  ['option fsync.atOnce: not known; there are everyMs', { fsync: { everyMs: 5, atOnce: true } }],
])('says which option is not known: %s', (message, options) => {
  expect(thrownBy(() => Recorder.openSync(temporaryPath(), options))).toMatchObject({ message })
})

describe.each<[string, (recorder: Recorder, options: AppendOptions) => unknown]>([
  ['append', (recorder, options) => recorder.append(1, options)],
  ['appendLine', (recorder, options) => recorder.appendLine('1', options)],
  ['appendAll', (recorder, options) => recorder.appendAll([1], options)],
])('%s', (_, append) => {
  // An option that was left out in silence would acknowledge a record that is not on the disk (W5).
  test.each([[{ synch: true }], [{ sync: 'yes' }], [null], [true]])(
    'refuses %j, at the call',
    async (options) => {
      const recorder = openRecorder()
      expect(thrownBy(() => append(recorder, options as AppendOptions))).toBeInstanceOf(TypeError)
      await recorder.flush()
      expect(textOf(recorder.path)).toBe('')
    },
  )
})

test('options that are undefined count as not given', async () => {
  const undefinedOptions = {
    fsync: undefined,
    flushMode: undefined,
    highWaterMark: undefined,
    signal: undefined,
  }
  const recorder = openRecorder(undefinedOptions as unknown as RecorderOptions)
  expect(await recorder.append(1)).toEqual({ start: 0, end: 2 })
})

test('changing the options object afterwards changes nothing', async () => {
  const options = { maxRecordBytes: 100 }
  const recorder = openRecorder(options)
  options.maxRecordBytes = 5
  await recorder.append('longer than five')
  expect(textOf(recorder.path)).toBe('"longer than five"\n')
})

test('the largest allowed values are taken', async () => {
  const recorder = openRecorder({
    maxRecordBytes: 0x7ffff000 - 1,
    maxBufferedBytes: Number.MAX_SAFE_INTEGER,
    highWaterMark: Number.MAX_SAFE_INTEGER,
    fsync: { everyMs: 2 ** 31 - 1 },
  })
  expect(await recorder.append(1)).toEqual({ start: 0, end: 2 })
})
