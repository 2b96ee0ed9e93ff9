// An AbortSignal closes the recorder: what was given is written, nothing more is taken.

import { getEventListeners, once } from 'node:events'
import { AppendError, Recorder } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { openRecorder } from '../support/open-recorder.js'
import { temporaryPath, valuesOf } from '../support/temporary.js'

test('aborting writes what was given and closes', async () => {
  const controller = new AbortController()
  const recorder = openRecorder({ signal: controller.signal })
  for (let i = 0; i < 1000; i++) recorder.write(i)
  const appended = recorder.append('last')
  const closed = once(recorder, 'close')
  controller.abort()
  expect(thrownBy(() => recorder.write('too late'))).toBeInstanceOf(AppendError)
  await closed
  await expect(appended).resolves.toBeDefined()
  expect(valuesOf(recorder.path)).toEqual([...Array(1000).keys(), 'last'])
})

test.each([
  ['open', (path: string, signal: AbortSignal) => Recorder.open(path, { signal })],
  ['openSync', (path: string, signal: AbortSignal) => Promise.resolve(Recorder.openSync(path, { signal }))],
])('%s with a signal that is aborted already fails with its reason, and opens nothing', async (_, open) => {
  const reason = new Error('enough')
  const path = temporaryPath('folder/log')
  expect(await failureOf(() => open(path, AbortSignal.abort(reason)))).toBe(reason)
  expect(thrownBy(() => valuesOf(path))).toMatchObject({ code: 'ENOENT' })
})

function isClosed(recorder: Recorder): boolean {
  try {
    recorder.write(1)
  } catch {
    return true
  }
  return false
}

test('aborting while the file is being opened leaves no open recorder', async () => {
  const controller = new AbortController()
  const opening = Recorder.open(temporaryPath(), { signal: controller.signal })
  controller.abort()
  // Refused or closed, as long as it takes nothing more.
  const recorder = await opening.catch(() => null)
  afterTest(() => recorder?.close())
  expect(recorder === null || isClosed(recorder)).toBe(true)
})

test('a recorder that is closed lets go of its signal', async () => {
  const { signal } = new AbortController()
  const recorder = openRecorder({ signal })
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  await recorder.close()
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

test('one signal closes many recorders', async () => {
  const controller = new AbortController()
  const recorders = Array.from({ length: 20 }, () => openRecorder({ signal: controller.signal }))
  for (const recorder of recorders) recorder.write('given')
  const closed = Promise.all(recorders.map((recorder) => once(recorder, 'close')))
  controller.abort()
  await closed
  expect(recorders.map(({ path }) => valuesOf(path))).toEqual(recorders.map(() => ['given']))
})
