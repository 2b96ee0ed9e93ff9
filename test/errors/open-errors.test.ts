// What cannot be opened, with the reason in each form (W7). Done in another process, for an open that hung
// would hang the tests.

import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { afterTest } from '../support/after-test.js'
import { Remote, type OpenTarget, type ToldError } from '../support/remote-file.js'
import { describeAsRoot } from '../support/needs.js'
import { temporaryFolder, temporaryPath } from '../support/temporary.js'

const forms = [
  ['AppendFile', 'openSync'],
  ['AppendFile', 'open'],
  ['Recorder', 'openSync'],
  ['Recorder', 'open'],
] as const

const common = { name: 'AppendError', range: null, requested: 0, state: 'failed', rollback: null }

/** Needed to run node as another user; the files of the package must be readable for all. */
const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

describe.each(forms)('%s.%s', (type, method) => {
  async function failure(target: Omit<OpenTarget, 'type'>, wrapper: string[] = []): Promise<ToldError> {
    const remote = await Remote.start({ wrapper })
    return remote.openFailure({ type, method, ...target })
  }

  test('of a directory', async () => {
    const folder = temporaryFolder()
    expect(await failure({ path: folder })).toMatchObject({
      ...common,
      code: 'EISDIR',
      errno: 21,
      kind: 'IsADirectory',
      syscall: 'open',
      path: folder,
    })
  })

  test('in a missing directory with mkdir: false', async () => {
    const file = temporaryPath('missing/log.jsonl')
    expect(await failure({ path: file, options: { mkdir: false } })).toMatchObject({
      ...common,
      code: 'ENOENT',
      errno: 2,
      kind: 'NotFound',
      syscall: 'open',
      path: file,
    })
  })

  test('below a file', async () => {
    const file = temporaryPath('file')
    writeFileSync(file, '')
    const below = path.join(file, 'log.jsonl')
    expect(await failure({ path: below })).toMatchObject({
      ...common,
      code: 'ENOTDIR',
      errno: 20,
      kind: 'NotADirectory',
      path: below,
    })
  })

  test('of a FIFO is refused at once, even if nobody reads it', async () => {
    const fifo = temporaryPath('fifo')
    execFileSync('mkfifo', [fifo])
    const error = await failure({ path: fifo })
    expect(error).toMatchObject({ ...common, code: 'EINVAL', errno: 22, kind: 'InvalidInput', path: fifo })
    expect(error.message).toContain('it is a FIFO')
  })

  test.each(['/dev/full', '/dev/null', '/dev/tty'])('of %s', async (device) => {
    const error = await failure({ path: device })
    expect(error).toMatchObject({ ...common, code: 'EINVAL', kind: 'InvalidInput', path: device })
    expect(error.message).toContain('it is a character device')
  })

  test('of a socket', async () => {
    const socket = temporaryPath('socket')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(socket, resolve))
    const error = await failure({ path: socket })
    await new Promise((resolve) => server.close(resolve))
    expect(error).toMatchObject({ ...common, code: 'EINVAL', kind: 'InvalidInput', path: socket })
    expect(error.message).toContain('it is a socket')
  })

  test('of a link that leads to itself', async () => {
    const link = temporaryPath('link')
    symlinkSync('link', link)
    expect(await failure({ path: link })).toMatchObject({ ...common, code: 'ELOOP', kind: 'FilesystemLoop' })
  })

  test('of a name that is too long', async () => {
    const file = temporaryPath('x'.repeat(256))
    expect(await failure({ path: file })).toMatchObject({
      ...common,
      code: 'ENAMETOOLONG',
      kind: 'InvalidFilename',
    })
  })

  describeAsRoot(`what only root can set up, for ${type}.${method}`, () => {
    test('on a read-only file system', async () => {
      const folder = temporaryFolder()
      writeFileSync(path.join(folder, 'log.jsonl'), '')
      execFileSync('mount', ['--bind', folder, folder])
      afterTest(() => execFileSync('umount', [folder]))
      execFileSync('mount', ['-o', 'remount,ro,bind', folder])
      const readOnly = { ...common, code: 'EROFS', errno: 30, kind: 'ReadOnlyFilesystem' }
      expect(await failure({ path: path.join(folder, 'log.jsonl') })).toMatchObject({
        ...readOnly,
        syscall: 'open',
      })
      expect(await failure({ path: path.join(folder, 'new') })).toMatchObject({
        ...readOnly,
        syscall: 'open',
      })
      const deep = path.join(folder, 'a', 'b', 'log.jsonl')
      expect(await failure({ path: deep })).toMatchObject({ ...readOnly, syscall: 'mkdir', path: deep })
    })

    test('of an immutable file', async () => {
      const file = temporaryPath()
      writeFileSync(file, '')
      execFileSync('chattr', ['+i', file])
      afterTest(() => execFileSync('chattr', ['-i', file]))
      expect(await failure({ path: file })).toMatchObject({
        ...common,
        code: 'EPERM',
        errno: 1,
        kind: 'PermissionDenied',
        syscall: 'open',
      })
    })

    test("of somebody else's file", async () => {
      const file = temporaryPath()
      chmodSync(path.dirname(file), 0o755)
      writeFileSync(file, '', { mode: 0o644 })
      const denied = { ...common, code: 'EACCES', errno: 13, kind: 'PermissionDenied' }
      expect(await failure({ path: file }, asNobody)).toMatchObject({ ...denied, syscall: 'open' })
      const deep = path.join(path.dirname(file), 'a', 'log.jsonl')
      expect(await failure({ path: deep }, asNobody)).toMatchObject({ ...denied, syscall: 'mkdir' })
    })

    test('but a file of its own in a directory that it cannot list is opened, and synced', async () => {
      const folder = path.join(temporaryFolder(), 'closed')
      const file = path.join(folder, 'log.jsonl')
      chmodSync(path.dirname(folder), 0o755)
      mkdirSync(folder, { mode: 0o711 })
      writeFileSync(file, '')
      chownSync(file, 65_534, 65_534)
      const remote = await Remote.start({ wrapper: asNobody })
      await remote.open({ type, method, path: file })
      await expect(remote.call('sync')).resolves.toBeUndefined()
    })
  })
})
