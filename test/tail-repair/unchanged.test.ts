// Who may not write, or only asks, changes neither bytes nor times of a file with a torn tail.

import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AppendFile } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { buildPackage } from '../support/children.js'
import { failureOf } from '../support/failure.js'
import { everyOpen } from '../support/open-recorder.js'
import { Remote } from '../support/remote-file.js'
import { describeAsRoot } from '../support/needs.js'
import { fileWith, temporaryFolder } from '../support/temporary.js'
import { stateOf } from './torn-file.js'

const content = '{"a":1}\n{"b":"tor'
const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

/** Whatever `attempt` does, the file and its folder are as before. */
async function expectUnchanged(file: string, attempt: () => unknown): Promise<void> {
  const before = stateOf(file)
  await attempt()
  expect(stateOf(file)).toEqual(before)
  expect(existsSync(`${file}.torn`)).toBe(false)
}

test('wholeline record --help', async () => {
  buildPackage()
  const file = fileWith(content)
  const program = path.join(__dirname, '..', '..', 'dist', 'cli', 'main.js')
  await expectUnchanged(file, () => {
    const help = execFileSync(process.execPath, [program, 'record', '--help', file], { encoding: 'utf8' })
    expect(help).toContain('wholeline record')
  })
})

test.each(everyOpen)('Recorder.%s that fails for a wrong option', async (_, open) => {
  const file = fileWith(content)
  await expectUnchanged(file, () => failureOf(() => open(file, { tornTail: 'mend' as 'seal' })))
})

test.each(everyOpen)('Recorder.%s that fails for the lock', async (_, open) => {
  const file = fileWith(content)
  const other = AppendFile.openSync(file)
  afterTest(() => {
    other.closeSync()
  })
  await expectUnchanged(file, async () => {
    expect(await failureOf(() => open(file, { lock: 'exclusive' }))).toMatchObject({ kind: 'ResourceBusy' })
  })
})

test('AppendFile, opened and closed', async () => {
  const file = fileWith(content)
  await expectUnchanged(file, async () => {
    AppendFile.openSync(file).closeSync()
    await (await AppendFile.open(file)).close()
  })
})

describeAsRoot('what only root can set up', () => {
  test.each(everyOpen)('Recorder.%s on a read-only file system', async (_, open) => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'log.jsonl')
    writeFileSync(file, content)
    execFileSync('mount', ['--bind', folder, folder])
    afterTest(() => execFileSync('umount', [folder]))
    execFileSync('mount', ['-o', 'remount,ro,bind', folder])
    await expectUnchanged(file, async () => {
      expect(await failureOf(() => open(file))).toMatchObject({ code: 'EROFS', kind: 'ReadOnlyFilesystem' })
    })
  })

  test.each(everyOpen)('Recorder.%s of an immutable file', async (_, open) => {
    const file = fileWith(content)
    execFileSync('chattr', ['+i', file])
    afterTest(() => execFileSync('chattr', ['-i', file]))
    await expectUnchanged(file, async () => {
      expect(await failureOf(() => open(file))).toMatchObject({ code: 'EPERM', kind: 'PermissionDenied' })
    })
  })

  test.each(['openSync', 'open'] as const)(
    'Recorder.%s of a read-only file of another user',
    async (method) => {
      const file = fileWith(content, 0o444)
      chmodSync(path.dirname(file), 0o777)
      const remote = await Remote.start({ wrapper: asNobody })
      await expectUnchanged(file, async () => {
        expect(await remote.openFailure({ type: 'Recorder', method, path: file })).toMatchObject({
          code: 'EACCES',
        })
      })
    },
  )

  test.each(['openSync', 'open'] as const)(
    "Recorder.%s of another user's file that may be written leaves its tail: no lease is granted for it",
    async (method) => {
      const file = fileWith(content)
      chmodSync(file, 0o666)
      chmodSync(path.dirname(file), 0o777)
      const remote = await Remote.start({ wrapper: asNobody })
      await expectUnchanged(file, async () => {
        await remote.open({ type: 'Recorder', method, path: file })
        expect(await remote.call('repair')).toMatchObject({ action: 'left', failure: null })
        await remote.call('close')
      })
    },
  )
})
