// A path that leads elsewhere under an open recorder: it is told once, the records go on into the file that
// was opened, and none is lost (W1, W3).

import { execFileSync } from 'node:child_process'
import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import {
  AppendFile,
  type AppendError,
  type Move,
  type Recorder,
  type RecorderOptions,
} from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf } from '../support/failure.js'
import { FaultyDoor } from '../support/faulty-door.js'
import { openRecorder, openRecorderThrough } from '../support/open-recorder.js'
import { linesOf, temporaryPath, textOf, valuesOf } from '../support/temporary.js'

const EIO = 5
const EACCES = 13

interface Told {
  readonly moves: Move[]
  readonly errors: AppendError[]
}

function listen(recorder: Recorder): Told {
  const told: Told = { moves: [], errors: [] }
  recorder.on('moved', (move) => told.moves.push(move))
  recorder.on('error', (error) => told.errors.push(error))
  return told
}

/** What the test's own descriptor shows of a file, whatever its name is by now. */
function watch(path: string): () => string {
  const fd = openSync(path, 'r')
  afterTest(() => {
    closeSync(fd)
  })
  return () => {
    const bytes = Buffer.alloc(fstatSync(fd).size)
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, 0))
  }
}

const foreign = '{"foreign":true}\n'

/** What happens to the path, and whether something can be opened there again. */
const changes: [string, (path: string) => void][] = [
  ['renamed', (path) => renameSync(path, `${path}.old`)],
  ['deleted', (path) => unlinkSync(path)],
  [
    'replaced by another file',
    (path) => {
      writeFileSync(`${path}.other`, foreign)
      renameSync(`${path}.other`, path)
    },
  ],
]
const refused: [string, (path: string) => void, string][] = [
  [
    'replaced by a symbolic link',
    (path) => {
      writeFileSync(`${path}.victim`, foreign)
      unlinkSync(path)
      symlinkSync(`${path}.victim`, path)
    },
    'ELOOP',
  ],
  [
    'replaced by a FIFO',
    (path) => {
      unlinkSync(path)
      execFileSync('mkfifo', [path])
    },
    'EINVAL',
  ],
  [
    'replaced by a folder',
    (path) => {
      unlinkSync(path)
      mkdirSync(path)
    },
    'EISDIR',
  ],
]

const all = [...changes, ...refused.map(([name, change]): [string, (path: string) => void] => [name, change])]

/** Looked at before each batch. A symbolic link at the path is not the file that was asked for. */
const atOnce: RecorderOptions = { moveCheckMs: 0, followSymlinks: false }

describe('without reopenOnMove', () => {
  test.each(all)('%s: it is told once, and all records are in the old file', async (_, change) => {
    const recorder = openRecorder(atOnce)
    const { path } = recorder
    const { moves, errors } = listen(recorder)
    const old = watch(path)
    await recorder.append(1)
    change(path)
    for (let i = 2; i <= 20; i++) {
      if (i % 2 === 0) await recorder.append(i)
      else recorder.write(i)
    }
    await recorder.close()
    expect(old()).toBe([...Array(20).keys()].map((i) => `${i + 1}\n`).join(''))
    expect(moves).toEqual([{ from: path, to: path, what: 'moved' }])
    expect(errors).toEqual([])
  })

  test.each(all)('%s: nothing is written to what is at the path now', async (_, change) => {
    const recorder = openRecorder(atOnce)
    const { path } = recorder
    listen(recorder)
    change(path)
    await recorder.append('for the old file')
    const entry = lstatSync(path, { throwIfNoEntry: false })
    const readable = entry?.isFile() === true || entry?.isSymbolicLink() === true
    expect(readable ? readFileSync(path, 'utf8') : foreign).toBe(foreign)
  })

  test('a path that leads to the file again, and away once more, is told twice', async () => {
    const recorder = openRecorder(atOnce)
    const { path } = recorder
    const { moves } = listen(recorder)
    for (let i = 0; i < 2; i++) {
      renameSync(path, `${path}.old`)
      await recorder.append('away')
      renameSync(`${path}.old`, path)
      await recorder.append('back')
    }
    expect(moves).toHaveLength(2)
    expect(valuesOf(path)).toEqual(['away', 'back', 'away', 'back'])
  })

  test('a path that nobody touches is told of never', async () => {
    const recorder = openRecorder(atOnce)
    const { moves } = listen(recorder)
    for (let i = 0; i < 20; i++) await recorder.append(i)
    recorder.write(20)
    await recorder.close()
    expect(moves).toEqual([])
  })

  test('a path that cannot be looked at is not told as moved', async () => {
    const door = new FaultyDoor({ leadsTo: [{ errno: EACCES }] })
    const recorder = openRecorderThrough(door, { moveCheckMs: 0 })
    const { moves } = listen(recorder)
    await recorder.append(1)
    expect(door.calls.leadsTo).toBe(1)
    expect(moves).toEqual([])
  })
})

describe('with reopenOnMove', () => {
  const reopening: RecorderOptions = { ...atOnce, reopenOnMove: true }

  test.each(changes)('%s: it is told once, and the path is opened again', async (_, change) => {
    const recorder = openRecorder(reopening)
    const { path } = recorder
    const { moves, errors } = listen(recorder)
    const old = watch(path)
    await recorder.append('before')
    change(path)
    const range = await recorder.append('after')
    await recorder.append('later')
    expect(moves).toEqual([{ from: path, to: path, what: 'reopened' }])
    expect(errors).toEqual([])
    expect(old()).toBe('"before"\n')
    const now = textOf(path)
    expect(now.slice(range.start, range.end)).toBe('"after"\n')
    expect(now.replace(foreign, '')).toBe('"after"\n"later"\n')
  })

  test.each(refused)('%s: the old file stays in use, and why is told once', async (_, change, code) => {
    const recorder = openRecorder(reopening)
    const { path } = recorder
    const { moves, errors } = listen(recorder)
    const old = watch(path)
    await recorder.append(1)
    change(path)
    for (let i = 2; i <= 5; i++) await recorder.append(i)
    await recorder.close()
    expect(moves).toEqual([{ from: path, to: path, what: 'moved' }])
    expect(errors).toMatchObject([{ name: 'AppendError', code, syscall: 'open', path, state: 'failed' }])
    expect(old()).toBe('1\n2\n3\n4\n5\n')
  })

  test('once what was in the way is gone, the path is opened again', async () => {
    const recorder = openRecorder(reopening)
    const { path } = recorder
    const { moves } = listen(recorder)
    renameSync(path, `${path}.old`)
    mkdirSync(path)
    await recorder.append('old')
    execFileSync('rmdir', [path])
    await recorder.append('new')
    expect(moves.map(({ what }) => what)).toEqual(['moved', 'reopened'])
    expect([valuesOf(`${path}.old`), valuesOf(path)]).toEqual([['old'], ['new']])
  })

  test('a torn line that somebody left in the new file is mended, and told', async () => {
    const recorder = openRecorder(reopening)
    const { path } = recorder
    const repairs: unknown[] = []
    recorder.on('repair', (repair) => repairs.push(repair))
    await recorder.append('old')
    writeFileSync(`${path}.other`, `${foreign}{"torn":`)
    renameSync(`${path}.other`, path)
    await recorder.append('new')
    expect(repairs).toHaveLength(1)
    expect(linesOf(path)).toEqual([foreign.trimEnd(), '"new"'])
  })

  test('an exclusive lock goes along', async () => {
    const recorder = openRecorder({ ...reopening, lock: 'exclusive' })
    const { path } = recorder
    renameSync(path, `${path}.old`)
    await recorder.append('new')
    expect(await failureOf(() => AppendFile.open(path))).toMatchObject({ kind: 'ResourceBusy' })
    const old = await AppendFile.open(`${path}.old`, { lock: 'exclusive' })
    await old.close()
    expect(valuesOf(path)).toEqual(['new'])
  })

  test('that the old file could not be synced is told, and so is that the path was opened again', async () => {
    const door = new FaultyDoor({ sync: [{ errno: EIO }] })
    const recorder = openRecorderThrough(door, { ...reopening, fsync: { everyMs: 600_000 } })
    const { path } = recorder
    const { moves, errors } = listen(recorder)
    await recorder.append('old')
    renameSync(path, `${path}.old`)
    await recorder.append('new')
    expect(errors).toMatchObject([{ code: 'EIO', syscall: 'fdatasync', state: 'indeterminate' }])
    expect(moves).toEqual([{ from: path, to: path, what: 'reopened' }])
    expect([valuesOf(`${path}.old`), valuesOf(path)]).toEqual([['old'], ['new']])
    // Nobody may take the records of the old file for synced.
    expect(await failureOf(() => recorder.sync())).toMatchObject({ code: 'EIO' })
  })

  test('each sync that was asked for before the old file failed to sync fails, and a later one does not', async () => {
    const door = new FaultyDoor({ sync: [{ errno: EIO }] })
    const recorder = openRecorderThrough(door, { ...reopening, fsync: { everyMs: 600_000 } })
    const { path } = recorder
    listen(recorder)
    await recorder.append('old')
    renameSync(path, `${path}.old`)
    recorder.write('new')
    const asked = [recorder.sync(), recorder.sync()]
    const ended = await Promise.allSettled(asked)
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    recorder.write('later')
    await expect(recorder.sync()).resolves.toBeUndefined()
  })

  test('a sync by the timer does not tell it in place of the one that is asked for', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] })
    afterTest(() => {
      jest.useRealTimers()
    })
    const door = new FaultyDoor({ sync: [{ errno: EIO }] })
    const recorder = openRecorderThrough(door, { ...reopening, fsync: { everyMs: 100 } })
    const { path } = recorder
    listen(recorder)
    await recorder.append('old')
    renameSync(path, `${path}.old`)
    jest.setSystemTime(Date.now() + 10_000)
    await recorder.append('new')
    jest.advanceTimersByTime(1000)
    await recorder.flush()
    expect(await failureOf(() => recorder.sync())).toMatchObject({ code: 'EIO' })
    await expect(recorder.sync()).resolves.toBeUndefined()
  })

  test('a second move does not make the first one’s failed sync forgotten', async () => {
    const door = new FaultyDoor({ sync: [{ errno: EIO }] })
    const recorder = openRecorderThrough(door, { ...reopening, fsync: { everyMs: 600_000 } })
    const { path } = recorder
    listen(recorder)
    for (const name of ['first', 'second']) {
      await recorder.append(name)
      renameSync(path, `${path}.${name}`)
      await recorder.append('behind')
    }
    expect(await failureOf(() => recorder.sync())).toMatchObject({ code: 'EIO' })
  })
})

describe('how often the path is looked at', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] })
  })

  afterEach(() => {
    jest.useRealTimers()
  })

  function open(options: RecorderOptions = {}): { recorder: Recorder; looks: () => number } {
    const door = new FaultyDoor()
    return { recorder: openRecorderThrough(door, options), looks: () => door.calls.leadsTo }
  }

  const ways: [string, (recorder: Recorder) => unknown][] = [
    ['append', (recorder) => recorder.append('x')],
    [
      'write and flush',
      (recorder) => {
        recorder.write('x')
        return recorder.flush()
      },
    ],
    [
      'write and flushSync',
      (recorder) => {
        recorder.write('x')
        recorder.flushSync()
      },
    ],
  ]

  test.each(ways)('%s: once in moveCheckMs, and not without a record', async (_, record) => {
    const { recorder, looks } = open({ moveCheckMs: 50 })
    for (let i = 0; i < 30; i++) await record(recorder)
    jest.advanceTimersByTime(49)
    await record(recorder)
    expect(looks()).toBe(0)
    jest.advanceTimersByTime(1)
    expect(looks()).toBe(0)
    for (let i = 0; i < 30; i++) await record(recorder)
    expect(looks()).toBe(1)
    jest.advanceTimersByTime(500)
    await record(recorder)
    expect(looks()).toBe(2)
  })

  test('by default once in a second', async () => {
    const { recorder, looks } = open()
    jest.advanceTimersByTime(999)
    await recorder.append(1)
    expect(looks()).toBe(0)
    jest.advanceTimersByTime(1)
    await recorder.append(2)
    expect(looks()).toBe(1)
  })

  test('appendSync looks, too, though not at the first', () => {
    const { recorder, looks } = open({ moveCheckMs: 50 })
    jest.advanceTimersByTime(50)
    for (let i = 0; i < 200; i++) recorder.appendSync(i)
    expect(looks()).toBe(1)
    expect(valuesOf(recorder.path)).toEqual([...Array(200).keys()])
  })
})

test('a file that a path was given for by hand is the one that is looked at afterwards', async () => {
  const recorder = openRecorder(atOnce)
  const { path: first } = recorder
  const { moves } = listen(recorder)
  const second = temporaryPath()
  await recorder.reopen(second)
  renameSync(first, `${first}.old`)
  await recorder.append(1)
  expect(moves).toEqual([])
  renameSync(second, `${second}.old`)
  await recorder.append(2)
  expect(moves).toEqual([{ from: second, to: second, what: 'moved' }])
})
