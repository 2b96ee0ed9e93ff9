// Whatever step fails: the path leads to the original or to the healed file, nothing is lost, no half copy is left,
// the error is told, and the next repair does all of it.

import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { repairFile, type AppendError } from '../../lib/index.js'
import { repairThrough } from '../../lib/repair/repair-file.js'
import { afterTest } from '../support/after-test.js'
import { failureOf } from '../support/failure.js'
import { describeAsRoot } from '../support/needs.js'
import { temporaryFolder } from '../support/temporary.js'
import { quarantinedBytes, stateOf } from '../tail-repair/torn-file.js'
import { bytesOf, fileWith, namesBeside } from './repaired-file.js'
import { StoppingDoor } from './stopping-door.js'

const EIO = 5

const damaged = '{"id":1}\n{"id":2,"te{"id":3}\noops\n{"id":4}\n'
const healed = '{"id":1}\n{"id":3}\n{"id":4}\n'
const tornTail = '{"id":1}\n{"id":2,"te'

/** A copy that could not be locked may be another repair's, and is left; nothing is in it. */
function emptyCopy(file: string, step: string): string[] {
  return step.endsWith(' lock') ? namesBeside(file).filter((name) => name.endsWith('.repairing')) : []
}

/** Repairs a fresh file for each step, of which that one fails, until there is no such step. */
async function failEachStep(
  content: string,
  repair: (door: StoppingDoor, file: string) => Promise<unknown>,
  examine: (file: string, step: string, failure: AppendError) => Promise<void>,
): Promise<string[]> {
  for (let failing = 0; ; failing++) {
    const file = fileWith(content)
    const door = new StoppingDoor(failing, EIO)
    const failure = await repair(door, file).then(
      () => null,
      (error: unknown) => error,
    )
    if (door.steps.length <= failing) return door.steps
    const step = `${failing} ${door.steps[failing]}`
    // What is tried in vain where it does not matter is no failure: the owner of the quarantine, say.
    if (failure === null) continue
    expect([step, failure]).toEqual([step, expect.objectContaining({ name: 'AppendError', code: 'EIO' })])
    await examine(file, step, failure as AppendError)
  }
}

test('a healed copy: whichever step fails, the file is as it was, or healed once the copy has its place', async () => {
  let renamed = false
  const steps = await failEachStep(
    damaged,
    async (door, file) => repairThrough(door, file, {}),
    async (file, step) => {
      const text = readFileSync(file, 'utf8')
      expect([step, text]).toEqual([step, renamed ? healed : damaged])
      if (step.endsWith('rename')) renamed = true
      const beside = namesBeside(file).filter((name) => name !== '.torn')
      expect([step, beside]).toEqual([step, text === healed ? ['.damaged'] : emptyCopy(file, step)])
      const original = text === healed ? `${file}.damaged` : file
      expect(readFileSync(original, 'utf8')).toBe(damaged)
      await repairFile(file)
      expect(readFileSync(file, 'utf8')).toBe(healed)
      expect(String(quarantinedBytes(file))).toContain('{"id":2,"teoops')
    },
  )
  expect(renamed).toBe(true)
  expect(steps).toEqual(expect.arrayContaining(['open', 'lock', 'write', 'sync', 'link', 'rename']))
  expect(steps.lastIndexOf('writeAndSync')).toBeLessThan(steps.indexOf('rename'))
})

test('a copy elsewhere: whichever step fails, there is none, or all of it', async () => {
  const steps = await failEachStep(
    damaged,
    async (door, file) => repairThrough(door, file, { output: `${file}.out` }),
    async (file, step) => {
      expect(readFileSync(file, 'utf8')).toBe(damaged)
      expect([step, String(bytesOf(`${file}.out`) ?? healed)]).toEqual([step, healed])
      const left = namesBeside(file).filter((name) => name.endsWith('.repairing'))
      expect([step, left]).toEqual([step, step.endsWith('unlink') ? left : emptyCopy(file, step)])
      await repairFile(file)
      expect(readFileSync(file, 'utf8')).toBe(healed)
    },
  )
  expect(steps).toContain('link')
})

test('a torn tail: whichever step fails, it stands there or is in the quarantine', async () => {
  const steps = await failEachStep(
    tornTail,
    async (door, file) => repairThrough(door, file, {}),
    async (file, step) => {
      const text = readFileSync(file, 'utf8')
      const kept = text === tornTail || String(quarantinedBytes(file)) === '{"id":2,"te'
      expect([step, kept]).toEqual([step, true])
      expect(text.startsWith('{"id":1}\n')).toBe(true)
      await repairFile(file)
      expect(readFileSync(file, 'utf8')).toBe('{"id":1}\n')
    },
  )
  expect(steps.indexOf('writeAndSync')).toBeLessThan(steps.indexOf('truncateUnderLease'))
})

test('a file that grows while it is copied is left as it is', async () => {
  const file = fileWith(damaged)
  const late = '{"id":5}\n'
  const failure = await failureOf(() =>
    repairFile(file, {
      onProgress: (step) => {
        if (step === 'verify' && readFileSync(file, 'utf8') === damaged) writeFileSync(file, damaged + late)
      },
    }),
  )
  expect(failure).toMatchObject({ code: 'ERR_IN_USE', kind: 'ResourceBusy', path: file })
  expect(readFileSync(file, 'utf8')).toBe(damaged + late)
  expect(namesBeside(file)).toEqual(['.torn'])
})

test('a long stretch that is fine is told while it is copied, and the copying can be ended in it', async () => {
  const fine = `{"id":1,"text":"${'x'.repeat(1000)}"}\n`.repeat(5000)
  const file = fileWith(`${fine}{"id":2,"te{"id":3}\n{"id":4}\n`)
  const copied = async (signal: AbortSignal, tell: () => void): Promise<number[]> => {
    const told: number[] = []
    const onProgress = (step: string, done: number): void => {
      if (step !== 'copy' || done >= fine.length) return
      told.push(done)
      tell()
    }
    await repairFile(file, { signal, onProgress }).catch((error: unknown) => {
      if (error !== signal.reason) throw error
    })
    return told
  }
  const abort = new AbortController()
  expect(await copied(abort.signal, () => abort.abort(new Error('enough')))).toEqual([0])
  expect(namesBeside(file)).toEqual([])
  const told = await copied(new AbortController().signal, () => undefined)
  expect(told.length).toBeGreaterThan(3)
  expect(told).toEqual([...told].sort((one, other) => one - other))
})

test('a repair that is aborted leaves the file as it is, and no copy', async () => {
  const file = fileWith(damaged)
  const before = stateOf(file)
  const abort = new AbortController()
  const repair = repairFile(file, {
    signal: abort.signal,
    onProgress: (step) => {
      if (step === 'copy') abort.abort(new Error('enough'))
    },
  })
  expect(await failureOf(() => repair)).toMatchObject({ message: 'enough' })
  expect(stateOf(file)).toEqual(before)
  expect(namesBeside(file)).toEqual([])
})

test('what a killed repair left behind is begun anew', async () => {
  const file = fileWith(damaged)
  writeFileSync(`${file}.repairing`, '{"id":1}\n{"half of a co')
  await repairFile(file)
  expect(readFileSync(file, 'utf8')).toBe(healed)
  expect(namesBeside(file)).toEqual(['.damaged', '.torn'])
})

describeAsRoot('on a full disk', () => {
  test('the copy is removed, the file is as it was, and the error says StorageFull', async () => {
    const folder = temporaryFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder])
    afterTest(() => execFileSync('umount', [folder]))
    const file = path.join(folder, 'log.jsonl')
    const lines = Array.from({ length: 20_000 }, (_, id) => `{"id":${id},"text":"${'x'.repeat(80)}"}`)
    writeFileSync(file, `${['oops', ...lines].join('\n')}\n`)
    const before = stateOf(file)
    const failure = await failureOf(() => repairFile(file))
    expect(failure).toMatchObject({ code: 'ENOSPC', kind: 'StorageFull', path: `${file}.repairing` })
    expect(stateOf(file)).toEqual(before)
    expect(namesBeside(file)).toEqual([])
  })
})

describeAsRoot('in a folder that nothing can be written to', () => {
  test('the file is as it was, and a copy can be had elsewhere', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'below', 'log.jsonl')
    mkdirSync(path.dirname(file))
    writeFileSync(file, damaged)
    execFileSync('mount', ['--bind', path.dirname(file), path.dirname(file)])
    afterTest(() => execFileSync('umount', [path.dirname(file)]))
    execFileSync('mount', ['-o', 'remount,bind,ro', path.dirname(file)])
    expect(await failureOf(() => repairFile(file))).toMatchObject({
      code: 'EROFS',
      kind: 'ReadOnlyFilesystem',
    })
    const output = path.join(folder, 'out.jsonl')
    await repairFile(file, { output })
    expect(readFileSync(output, 'utf8')).toBe(healed)
    expect(readFileSync(file, 'utf8')).toBe(damaged)
  })
})

test('the copy that has its place is checked first: one that differs is refused', async () => {
  const file = fileWith(damaged)
  let spoilt = false
  const failure = await failureOf(() =>
    repairFile(file, {
      onProgress: (step) => {
        if (step !== 'copy' || spoilt) return
        spoilt = true
        copyFileSync(file, `${file}.repairing`)
      },
    }),
  )
  expect(failure).toMatchObject({ code: 'ERR_COPY_DIFFERS', kind: 'InvalidData' })
  expect(readFileSync(file, 'utf8')).toBe(damaged)
  expect(namesBeside(file)).toEqual([])
})
