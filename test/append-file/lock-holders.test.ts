// A lock that cannot be had: held by somebody, who is named with pid and command, or not to be had on this
// file system, with a word about what to do (W7).

import { AppendFile, Recorder, type AppendError } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { FaultyDoor, openFaultyFile, openFaultyRecorder } from '../support/faulty-door.js'
import { withFaults } from '../support/lab.js'
import { Remote } from '../support/remote-file.js'
import { temporaryFolder, temporaryPath, textOf } from '../support/temporary.js'

describe('a lock that somebody holds', () => {
  test('is refused with the pid and the command of the holder', async () => {
    const path = temporaryPath()
    const holder = await Remote.open({ type: 'Recorder', path })
    const error = (await failureOf(() => Recorder.open(path, { lock: 'exclusive' }))) as AppendError
    expect(error).toMatchObject({ kind: 'ResourceBusy', code: 'EAGAIN', syscall: 'fcntl', path })
    expect(error.message).toContain(`held by process ${holder.pid} ${process.execPath}`)
  })

  test('by several processes names each of them once, and nobody who holds none', async () => {
    const path = temporaryPath()
    const holders = [
      await Remote.open({ type: 'Recorder', path }),
      await Remote.open({ type: 'AppendFile', path }),
    ]
    const bystander = await Remote.open({ type: 'AppendFile', path, options: { lock: 'none' } })
    const { message } = (await failureOf(() => AppendFile.open(path, { lock: 'exclusive' }))) as AppendError
    for (const { pid } of holders) expect(message.split(`process ${pid} `)).toHaveLength(2)
    expect(message).not.toContain(`process ${bystander.pid} `)
  })

  test('is granted when the last of several holders was killed, and not before', async () => {
    const path = temporaryPath()
    const first = await Remote.open({ type: 'AppendFile', path })
    const last = await Remote.open({ type: 'AppendFile', path })
    await first.kill()
    const { message } = (await failureOf(() => AppendFile.open(path, { lock: 'exclusive' }))) as AppendError
    expect(message).toContain(`process ${last.pid} `)
    expect(message).not.toContain(`process ${first.pid} `)
    await last.kill()
    const file = await AppendFile.open(path, { lock: 'exclusive' })
    expect(await file.append('mine\n')).toEqual({ start: 0, end: 5 })
    await file.close()
  })

  test('keeps a process out that asks for a shared one, and its holder writes on', async () => {
    const path = temporaryPath()
    const recorder = await Recorder.open(path, { lock: 'exclusive' })
    afterTest(() => recorder.close())
    const other = await Remote.start()
    const error = await other.openFailure({ type: 'Recorder', path })
    expect(error).toMatchObject({ kind: 'ResourceBusy', path })
    expect(error.message).toContain(`process ${process.pid} `)
    await recorder.append('still')
    expect(textOf(path)).toBe('"still"\n')
  })
})

describe('a file system without such locks', () => {
  const errnos: [string, number][] = [
    ['EINVAL', 22],
    ['ENOLCK', 37],
    ['ENOSYS', 38],
    ['EOPNOTSUPP', 95],
  ]
  const opens: [string, typeof openFaultyFile | typeof openFaultyRecorder][] = [
    ['AppendFile', openFaultyFile],
    ['Recorder', openFaultyRecorder],
  ]

  describe.each(opens)('%s', (_, open) => {
    test.each(errnos)('that answers %s is Unsupported, and the message says what to do', (code, errno) => {
      const path = temporaryPath()
      const door = new FaultyDoor({ lock: [{ errno }] })
      const error = thrownBy(() => open(door, path)) as AppendError
      expect(error).toMatchObject({
        code,
        errno,
        kind: 'Unsupported',
        syscall: 'fcntl',
        path,
        state: 'failed',
      })
      expect(error.message).toContain("lock: 'none'")
      // Nothing is left open, and no lock is asked for where none is wanted.
      expect(door.calls.close).toBe(1)
      door.faults.lock = [{ errno }]
      const opened = open(door, path, { lock: 'none' })
      opened.appendSync('text\n')
      opened.closeSync()
      expect(door.calls.lock).toBe(1)
    })
  })

  test('another failure of the lock keeps its own kind', () => {
    const door = new FaultyDoor({ lock: [{ errno: 5 }] })
    expect(thrownBy(() => openFaultyFile(door, temporaryPath()))).toMatchObject({
      code: 'EIO',
      kind: 'Uncategorized',
      syscall: 'fcntl',
    })
  })

  test.each(['EINVAL', 'ENOLCK', 'EOPNOTSUPP'])(
    'the same where fcntl(2) of another process gives %s',
    async (code) => {
      const folder = temporaryFolder()
      const path = `${folder}/log.jsonl`
      const remote = await Remote.start({ wrapper: withFaults(folder, `setlk:${code}`) })
      const error = await remote.openFailure({ type: 'Recorder', path })
      expect(error).toMatchObject({ code, kind: 'Unsupported', syscall: 'fcntl', path })
      expect(error.message).toContain("lock: 'none'")
      await remote.open({ type: 'Recorder', path, options: { lock: 'none' } })
      await remote.call('append', 'text')
      expect(textOf(path)).toBe('"text"\n')
    },
  )
})
