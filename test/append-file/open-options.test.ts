// Opening: where, with which permissions, and what is refused before anything is touched.

import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppendFile, type AppendFileOptions } from '../../lib/index.js'
import { failureOf } from '../support/failure.js'
import { temporaryFolder, temporaryPath, textOf } from '../support/temporary.js'

function permissionsOf(file: string): number {
  return statSync(file).mode & 0o7777
}

describe.each([
  [
    'openSync',
    (path: string | URL, options?: AppendFileOptions) => Promise.resolve(AppendFile.openSync(path, options)),
  ],
  ['open', (path: string | URL, options?: AppendFileOptions) => AppendFile.open(path, options)],
])('%s', (_, open) => {
  let mask: number

  beforeEach(() => {
    mask = process.umask(0o022)
  })

  afterEach(() => {
    process.umask(mask)
  })

  async function opened(path: string | URL, options?: AppendFileOptions): Promise<void> {
    const file = await open(path, options)
    file.appendSync('{}\n')
    file.closeSync()
  }

  test('creates a file that only its owner can read', async () => {
    const path = temporaryPath()
    await opened(path)
    expect(permissionsOf(path)).toBe(0o600)
  })

  test('gives a new file the mode that was asked for, less the umask', async () => {
    const path = temporaryPath()
    process.umask(0o027)
    await opened(path, { mode: 0o666 })
    expect(permissionsOf(path)).toBe(0o640)
  })

  test('leaves the mode of a file that is there', async () => {
    const path = temporaryPath()
    writeFileSync(path, '', { mode: 0o644 })
    await opened(path, { mode: 0o600 })
    expect(permissionsOf(path)).toBe(0o644)
  })

  test('makes missing parent directories', async () => {
    const path = temporaryPath('a/b/c/log.jsonl')
    await opened(path)
    expect(textOf(path)).toBe('{}\n')
    expect(permissionsOf(path.replace('/c/log.jsonl', ''))).toBe(0o755)
  })

  test('makes none with mkdir: false', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'missing', 'log.jsonl')
    expect(await failureOf(() => open(file, { mkdir: false }))).toMatchObject({ code: 'ENOENT' })
    expect(readdirSync(folder)).toEqual([])
  })

  test('creates neither file nor directory with create: false', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'missing', 'log.jsonl')
    expect(await failureOf(() => open(file, { create: false }))).toMatchObject({
      code: 'ENOENT',
      kind: 'NotFound',
    })
    expect(readdirSync(folder)).toEqual([])
  })

  test('follows a symbolic link', async () => {
    const target = temporaryPath('target')
    const link = temporaryPath('link')
    symlinkSync(target, link)
    await opened(link)
    expect(textOf(target)).toBe('{}\n')
  })

  test('refuses a symbolic link with followSymlinks: false, and does not touch what it leads to', async () => {
    const target = temporaryPath('target')
    const link = temporaryPath('link')
    symlinkSync(target, link)
    expect(await failureOf(() => open(link, { followSymlinks: false }))).toMatchObject({
      code: 'ELOOP',
      kind: 'FilesystemLoop',
      syscall: 'open',
      path: link,
    })
    expect(existsSync(target)).toBe(false)
  })

  test('follows links among the directories even with followSymlinks: false', async () => {
    const folder = temporaryFolder()
    mkdirSync(path.join(folder, 'real'))
    symlinkSync('real', path.join(folder, 'link'))
    await opened(path.join(folder, 'link', 'log.jsonl'), { followSymlinks: false })
    expect(textOf(path.join(folder, 'real', 'log.jsonl'))).toBe('{}\n')
  })

  test('takes a file URL, escapes included', async () => {
    const file = temporaryPath('a b%é.jsonl')
    await opened(pathToFileURL(file))
    expect(textOf(file)).toBe('{}\n')
  })

  test.each([
    ['a NUL in the path', 'log.jsonl\0.txt'],
    ['a NUL in a URL', new URL('file:///tmp/log%00.jsonl')],
    ['an unpaired surrogate in the path', 'log\ud800.jsonl'],
    ['an unpaired surrogate in a folder of the path', 'a\udc00/log.jsonl'],
    ['an empty path', ''],
    ['a URL of another scheme', new URL('https://example.org/log.jsonl')],
    ['a number', 5],
    ['undefined', undefined],
    ['a Buffer', Buffer.from('log.jsonl')],
  ])('refuses %s with a TypeError', async (__, wrong) => {
    const given = typeof wrong === 'string' && wrong !== '' ? temporaryPath(wrong) : wrong
    // By name: what Node itself throws is of another realm here.
    expect(await failureOf(() => open(given as string))).toMatchObject({ name: 'TypeError' })
  })

  test.each([
    ['lock', 'both', TypeError],
    ['lock', true, TypeError],
    ['rollback', 'maybe', TypeError],
    ['mkdir', 1, TypeError],
    ['mkdirs', true, TypeError],
    ['create', 'yes', TypeError],
    ['followSymlinks', null, TypeError],
    ['mode', '600', TypeError],
    ['mode', -1, RangeError],
    ['mode', 0o10000, RangeError],
    ['mode', 0.5, RangeError],
    ['mode', Number.NaN, RangeError],
  ])('refuses the option %s: %p before anything is touched', async (name, value, error) => {
    const file = temporaryPath('folder/log.jsonl')
    expect(await failureOf(() => open(file, { [name]: value }))).toBeInstanceOf(error)
    expect(existsSync(path.dirname(file))).toBe(false)
  })

  test('takes an option that is undefined for one that is not given', async () => {
    const file = temporaryPath('a/log.jsonl')
    await opened(file, { mkdir: undefined, lock: undefined } as unknown as AppendFileOptions)
    expect(textOf(file)).toBe('{}\n')
  })
})

describe('after process.chdir()', () => {
  const before = process.cwd()

  afterEach(() => {
    process.chdir(before)
  })

  test('a file opened by a relative path is still the same', async () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()]
    process.chdir(first)
    const file = await AppendFile.open('log.jsonl')
    process.chdir(second)
    file.appendSync('{}\n')
    await file.close()
    expect(file.path).toBe(path.join(first, 'log.jsonl'))
    expect(textOf(path.join(first, 'log.jsonl'))).toBe('{}\n')
    expect(readdirSync(second)).toEqual([])
  })

  test('a path given to open() means what it meant at the call', async () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()]
    process.chdir(first)
    const opening = AppendFile.open('log.jsonl')
    process.chdir(second)
    const file = await opening
    await file.close()
    expect(readdirSync(first)).toEqual(['log.jsonl'])
  })
})
