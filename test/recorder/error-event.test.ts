// The event `error`: for a write() that failed and that no promise has told of; without a listener it is
// thrown, for a failure must be loud.

import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import type { AppendError, Recorder } from '../../lib/index.js'
import { runProgram } from '../support/children.js'
import { failureOf } from '../support/failure.js'
import { FaultyDoor, type Fault } from '../support/faulty-door.js'
import { openRecorderThrough } from '../support/open-recorder.js'
import { temporaryPath, valuesOf } from '../support/temporary.js'

const ENOSPC = 28

function openWith(...write: Fault[]): { recorder: Recorder; errors: AppendError[] } {
  const recorder = openRecorderThrough(new FaultyDoor({ write }))
  const errors: AppendError[] = []
  recorder.on('error', (error) => errors.push(error))
  return { recorder, errors }
}

test('a failed write() is told once for each attempt, with everything an AppendError has', async () => {
  const { recorder, errors } = openWith({ errno: ENOSPC })
  recorder.write('a')
  await once(recorder, 'error')
  expect(errors).toEqual([
    expect.objectContaining({ code: 'ENOSPC', kind: 'StorageFull', path: recorder.path, requested: 4 }),
  ])
  await recorder.flush()
  expect(errors).toHaveLength(1)
  expect(valuesOf(recorder.path)).toEqual(['a'])
})

test('a flush that waits for it hears it instead', async () => {
  const { recorder, errors } = openWith({ errno: ENOSPC })
  recorder.write('a')
  expect(await failureOf(() => recorder.flush())).toMatchObject({ code: 'ENOSPC' })
  expect(errors).toEqual([])
})

test('flushSync hears it, too', async () => {
  const { recorder, errors } = openWith({ errno: ENOSPC })
  recorder.write('a')
  expect(
    await failureOf(() => {
      recorder.flushSync()
    }),
  ).toMatchObject({ code: 'ENOSPC' })
  expect(errors).toEqual([])
})

test.each([
  ['flush', { flushMode: 'sync' }],
  ['flushSync', {}],
] as const)(
  '%s with %j that heard it is not followed by an attempt of which nobody hears',
  async (flush, options) => {
    const door = new FaultyDoor({ write: [{ errno: ENOSPC }, { errno: ENOSPC }] })
    const recorder = openRecorderThrough(door, options)
    const errors: AppendError[] = []
    recorder.on('error', (error) => errors.push(error))
    recorder.write('a')
    expect(await failureOf(() => recorder[flush]())).toMatchObject({ code: 'ENOSPC' })
    // Another attempt, on this thread or on the pool, would have been started by then.
    await turn()
    expect(door.calls.write).toBe(1)
    expect(errors).toEqual([])
  },
)

test('an append that failed is told by its promise alone', async () => {
  const { recorder, errors } = openWith({ errno: ENOSPC })
  expect(await failureOf(() => recorder.append('a'))).toMatchObject({ code: 'ENOSPC' })
  await recorder.flush()
  expect(errors).toEqual([])
})

test('an append that failed behind a write() that is in the file is told by its promise alone', async () => {
  // `1` and its LF are whole, of the append there is a fragment.
  const { recorder, errors } = openWith({ landed: 3 }, { errno: ENOSPC })
  recorder.write(1)
  expect(await failureOf(() => recorder.append('awaited'))).toMatchObject({ code: 'ENOSPC' })
  expect(valuesOf(recorder.path)).toEqual([1])
  expect(errors).toEqual([])
})

test('a write() beside an append that failed is tried again at once, and is told of only if that fails too', async () => {
  const passing = openWith({ errno: ENOSPC })
  passing.recorder.write(1)
  expect(await failureOf(() => passing.recorder.append(2))).toMatchObject({ code: 'ENOSPC' })
  await passing.recorder.flush()
  expect(passing.errors).toEqual([])
  expect(valuesOf(passing.recorder.path)).toEqual([1])

  const lasting = openWith({ errno: ENOSPC }, { errno: ENOSPC })
  lasting.recorder.write(1)
  const told = once(lasting.recorder, 'error')
  expect(await failureOf(() => lasting.recorder.append(2))).toMatchObject({ code: 'ENOSPC' })
  expect(await told).toEqual([expect.objectContaining({ code: 'ENOSPC' })])
  await lasting.recorder.flush()
  expect(valuesOf(lasting.recorder.path)).toEqual([1])
})

describe('without a listener', () => {
  const limit = { fileLimit: 1 }

  test('it ends the process, and says why', async () => {
    const { code, stderr } = await runProgram('unheard-error.cjs', [temporaryPath(), 'nobody'], limit)
    expect(code).not.toBe(0)
    expect(stderr).toContain('AppendError')
    expect(stderr).toContain('EFBIG')
  })

  test.each([
    ['handler', 'uncaught EFBIG\n'],
    ['flush', 'flush EFBIG\n'],
    ['listener', 'event EFBIG\n'],
  ])('a %s hears it', async (how, said) => {
    const { code, stdout, stderr } = await runProgram('unheard-error.cjs', [temporaryPath(), how], limit)
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: said, stderr: '' })
  })
})

test('a close that tells of records it could not write is heard once', async () => {
  const full = Array.from({ length: 10 }, () => ({ errno: ENOSPC }))
  const recorder = openRecorderThrough(new FaultyDoor({ write: full }))
  const errors: AppendError[] = []
  recorder.on('error', (error) => errors.push(error))
  recorder.write('not written')
  expect(await failureOf(() => recorder.close())).toMatchObject({ code: 'ENOSPC', state: 'failed' })
  expect(errors).toEqual([])
})
