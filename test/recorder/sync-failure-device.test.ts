// A file system whose fdatasync(2) really fails: nothing is acknowledged that was not synced, and every record
// that was is in the file that counts (W5, W6).

import path from 'node:path'
import { Recorder, type Move, type RecorderOptions } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf } from '../support/failure.js'
import { mountFuse, type FuseMount } from '../support/lab.js'
import { describeWithFuse } from '../support/needs.js'
import { textAt, valuesOf } from '../support/temporary.js'

interface Opened extends FuseMount {
  readonly recorder: Recorder
  readonly moves: Move[]
  readonly path: string
}

async function open(options: RecorderOptions): Promise<Opened> {
  const mount = await mountFuse()
  const recorder = await Recorder.open(path.join(mount.folder, 'log.jsonl'), { fsync: 'always', ...options })
  afterTest(() => recorder.close().catch(() => undefined))
  const moves: Move[] = []
  recorder.on('moved', (move) => moves.push(move))
  return { ...mount, recorder, moves, path: recorder.path }
}

describeWithFuse('a FUSE in which one fdatasync fails', () => {
  test("onSyncFailure 'fail': the append is indeterminate, and nothing more is taken though syncs work again", async () => {
    const { recorder, plan, path: file, moves } = await open({ onSyncFailure: 'fail' })
    await recorder.append('safe')
    plan('fdatasync:1:EIO')
    const first = await failureOf(() => recorder.append('lost?'))
    expect(first).toMatchObject({
      code: 'EIO',
      syscall: 'fdatasync',
      state: 'indeterminate',
      range: { start: 7, end: 15 },
      unsyncedFrom: 7,
    })
    plan('')
    for (const call of [() => recorder.append('no'), () => recorder.sync()]) {
      expect(await failureOf(call)).toMatchObject({ kind: 'Poisoned', code: 'EIO', cause: first })
    }
    expect(valuesOf(file)).toEqual(['safe', 'lost?'])
    expect(moves).toEqual([])
  })

  test.each(['rescue', 'rotate'] as const)(
    "onSyncFailure '%s': it goes on in a new file, for a lease proves nothing here",
    async (onSyncFailure) => {
      const { recorder, plan, path: file, moves } = await open({ onSyncFailure })
      await recorder.append('safe')
      plan('fdatasync:1:EIO')
      const range = await recorder.append('again')
      const later = await Promise.all([1, 2, 3].map((value) => recorder.append(value)))
      expect(moves).toEqual([{ from: file, to: `${file}.1`, what: 'rotated' }])
      expect(recorder.path).toBe(`${file}.1`)
      expect([range, ...later].map((one) => textAt(`${file}.1`, one))).toEqual([
        '"again"\n',
        '1\n',
        '2\n',
        '3\n',
      ])
      expect(valuesOf(`${file}.1`)).toEqual(['again', 1, 2, 3])
      expect(valuesOf(file)[0]).toBe('safe')
    },
  )

  test('where every sync fails, the failure is told and no record stands in two files', async () => {
    const { recorder, plan, path: file, moves } = await open({})
    await recorder.append('safe')
    plan('fdatasync:EIO')
    expect(await failureOf(() => recorder.append('lost?'))).toMatchObject({ state: 'indeterminate' })
    expect(await failureOf(() => recorder.close())).toMatchObject({ kind: 'Poisoned' })
    expect(moves).toEqual([])
    expect([valuesOf(file), valuesOf(`${file}.1`)]).toEqual([['safe', 'lost?'], []])
  })
})
