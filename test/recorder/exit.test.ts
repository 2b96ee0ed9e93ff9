// The end of a process or a worker, however it comes: what was given by write() is in the file.

import { runProgram, type Ended } from '../support/children.js'
import { temporaryPath, valuesOf } from '../support/temporary.js'

const all = [...Array(1000).keys()]

interface Left extends Ended {
  readonly values: unknown[]
}

async function leave(how: string, { bytes = 10, options = {} } = {}): Promise<Left> {
  const path = temporaryPath()
  const ended = await runProgram('leave.cjs', [path, how, String(bytes), JSON.stringify(options)])
  return { ...ended, values: valuesOf(path) }
}

function numbersOf({ values }: Left): number[] {
  return values.map((value) => (value as { i: number }).i)
}

const optionSets = [{}, { flushMode: 'sync' }, { fsync: 'always' }, { fsync: { everyMs: 600_000 } }]

describe.each(optionSets)('with %j', (options) => {
  test.each(['exit', 'end', 'close'])('after 1,000 writes and %s all are in the file', async (how) => {
    const left = await leave(how, { options })
    expect(left).toMatchObject({ code: 0, stderr: '' })
    expect(numbersOf(left)).toEqual(all)
  })

  test('what was given behind a flushSync in the turn that ends in exit is in the file', async () => {
    expect(numbersOf(await leave('flushSyncAndExit', { options }))).toEqual(all)
  })

  test('what was given behind an appendSync in the turn that ends in exit is in the file', async () => {
    const numbers: unknown[] = numbersOf(await leave('appendSyncAndExit', { options }))
    expect(numbers).toEqual([...all.slice(0, 501), 'between', ...all.slice(501)])
  })

  test.each(['throw', 'reject'])('after 1,000 writes and %s all are in the file', async (how) => {
    const left = await leave(how, { options })
    expect(left.code).toBe(1)
    expect(left.stderr).toContain(`left by ${how}ing`)
    expect(numbersOf(left)).toEqual(all)
  })

  test.each(['exit-later', 'end-later', 'throw-later', 'close-later'])(
    'with batches in flight, after %s all are in the file, once and in order',
    async (how) => {
      expect(numbersOf(await leave(how, { bytes: 20_000, options }))).toEqual(all)
    },
  )
})

test('records so large that each is a batch of its own are all in the file after exit', async () => {
  expect(numbersOf(await leave('exit', { bytes: 270_000 }))).toEqual(all)
})

describe('in a worker', () => {
  test.each(['worker-end', 'worker-exit', 'worker-end-later', 'worker-exit-later', 'worker-close'])(
    'after 1,000 writes and %s all are in the file',
    async (how) => {
      const left = await leave(how, { bytes: how.endsWith('later') ? 20_000 : 10 })
      expect(left).toMatchObject({ code: 0, stderr: '', stdout: 'worker: left\n' })
      expect(numbersOf(left)).toEqual(all)
    },
  )

  test('after 1,000 writes and an exception all are in the file', async () => {
    const left = await leave('worker-throw')
    expect(left.stdout).toBe('worker: left by throwing\nworker: left\n')
    expect(numbersOf(left)).toEqual(all)
  })
})

test.each(['listen', 'listenAndExit'])(
  "what listeners of the event exit record is in the file, also behind the recorder's own (%s)",
  async (how) => {
    const { code, values } = await leave(how)
    expect(code).toBe(0)
    expect(values.slice(1000)).toEqual(['first listener', 'last listener'])
  },
)

test('what listeners of the event exit record is in the file, however large it is', async () => {
  const left = await leave('listenAndWriteMuch')
  expect(left.code).toBe(0)
  expect(numbersOf(left)).toEqual([...Array(1020).keys()])
})
