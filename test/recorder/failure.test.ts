// What fails for real, under ulimit -f lifted later: an append that was reported as failed never appears
// (W3); what write() took stays in memory, in order, and appears exactly once (W4).

import { Remote } from '../support/remote-file.js'
import { temporaryPath, textOf, valuesOf } from '../support/temporary.js'

const large = 'x'.repeat(2000)
const limited = { code: 'EFBIG', kind: 'FileTooLarge', state: 'failed' }

async function open(path: string, options = {}): Promise<Remote> {
  return Remote.open({ type: 'Recorder', path, options, listen: ['error', 'rollback'] }, { fileLimit: 1 })
}

describe.each([{}, { flushMode: 'sync' }, { fsync: 'always' }])('with %j', (options) => {
  test.each([
    ['append', [large]],
    ['appendSync', [large]],
    ['appendAll', [['a', large, 'b']]],
    ['appendLine', [JSON.stringify(large)]],
  ])('%s that was reported as failed is not in the file, then or later', async (method, args) => {
    const path = temporaryPath()
    const remote = await open(path, options)
    await remote.call('appendSync', 'before')
    expect(await remote.failure(method, ...args)).toMatchObject(limited)
    expect(textOf(path)).toBe('"before"\n')
    await remote.limitFiles('unlimited')
    await remote.call('appendSync', 'after')
    await remote.call('flush')
    await remote.call('close')
    expect(valuesOf(path)).toEqual(['before', 'after'])
  })

  test('records of write() stay in memory and appear once, in order, after the limit is lifted', async () => {
    const path = temporaryPath()
    const remote = await open(path, options)
    const values = Array.from({ length: 50 }, (_, i) => [i, 'x'.repeat(90)])
    await remote.calls(...values.map((value) => ['write', value] as const))
    for (let attempt = 0; attempt < 3; attempt++) expect(await remote.failure('flush')).toMatchObject(limited)
    // The records that fit are there, and not a byte of the next.
    const there = valuesOf(path)
    expect(there).toEqual(values.slice(0, there.length))
    expect(there.length).toBeGreaterThan(5)
    expect(await remote.call('pendingBytes')).toBeGreaterThan(0)
    await remote.limitFiles('unlimited')
    await remote.call('flush')
    expect(await remote.call('pendingBytes')).toBe(0)
    expect(valuesOf(path)).toEqual(values)
    await remote.call('close')
    expect(valuesOf(path)).toEqual(values)
  })

  test('the next write tries again by itself', async () => {
    const path = temporaryPath()
    const remote = await open(path, options)
    await remote.call('write', large)
    await remote.failure('flush')
    await remote.limitFiles('unlimited')
    await remote.call('write', 'next')
    await remote.call('flush')
    expect(valuesOf(path)).toEqual([large, 'next'])
  })

  test('write() records given before and after failing appends keep their order, the appends are gone', async () => {
    const path = temporaryPath()
    const remote = await open(path, options)
    const answers = await remote.calls(
      ['write', ['w', 1, large]],
      ['append', ['a', 1, large]],
      ['write', ['w', 2]],
      ['appendAll', [['g', 1], large]],
      ['write', ['w', 3]],
      ['append', ['a', 2]],
      ['flush'],
    )
    expect(answers.map(({ error }) => error?.code)).toEqual([
      undefined,
      'EFBIG',
      undefined,
      'EFBIG',
      undefined,
      'EFBIG',
      'EFBIG',
    ])
    expect(textOf(path)).toBe('')
    await remote.limitFiles('unlimited')
    await remote.call('flush')
    await remote.call('close')
    expect(valuesOf(path)).toEqual([
      ['w', 1, large],
      ['w', 2],
      ['w', 3],
    ])
  })

  test('appendSync behind records that cannot be written fails, and they stay', async () => {
    const path = temporaryPath()
    const remote = await open(path, options)
    await remote.call('write', large)
    expect(await remote.failure('appendSync', 'small')).toMatchObject({ code: 'EFBIG', state: 'failed' })
    await remote.limitFiles('unlimited')
    await remote.call('flushSync')
    expect(valuesOf(path)).toEqual([large])
  })

  test('close tells what could not be written', async () => {
    const path = temporaryPath()
    const remote = await open(path, options)
    await remote.call('write', 'fits')
    await remote.call('flush')
    await remote.call('write', large)
    expect(await remote.failure('close')).toMatchObject(limited)
    expect(valuesOf(path)).toEqual(['fits'])
    expect(await remote.call('stats')).toMatchObject({ records: 1, lostRecords: 1, pendingBytes: 0 })
  })

  test('close writes what still can be, behind an append that failed', async () => {
    const path = temporaryPath()
    const remote = await open(path, options)
    const [append, , , close] = await remote.calls(
      ['append', large],
      ['write', 'small'],
      ['appendAll', ['a', 'b']],
      ['close'],
    )
    expect(append?.error).toMatchObject(limited)
    expect(close).toEqual({ value: undefined })
    expect(valuesOf(path).slice(0, 1)).toEqual(['small'])
  })
})

test('appends that wait behind a write() that failed hear so, with its error as the reason', async () => {
  const path = temporaryPath()
  const remote = await open(path)
  const [, first, second] = await remote.calls(['write', large], ['append', 'a'], ['append', 'b'])
  for (const answer of [first, second]) {
    expect(answer?.error).toMatchObject({ ...limited, name: 'AppendError' })
  }
  await remote.limitFiles('unlimited')
  await remote.call('flush')
  expect(valuesOf(path)).toEqual([large])
})

test('a rollback is told by its event', async () => {
  const path = temporaryPath()
  const remote = await open(path)
  const range = { start: 0, end: 1024 }
  expect(await remote.failure('append', large)).toMatchObject({ range })
  expect(await remote.events()).toEqual([['rollback', { outcome: 'truncated', range, refused: [] }]])
})
