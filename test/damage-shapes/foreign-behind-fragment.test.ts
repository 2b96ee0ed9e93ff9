// Damage shape: a writer "repairs" by truncating to the length it remembers, and with its own fragment it cuts
// off what another appender has put behind that. Attempted at every byte and at every moment of a rollback
// (W2): before the cause is asked for, before the truncation, before the erasure, and long after.

import { appendFileSync, closeSync, ftruncateSync, openSync, readFileSync, statSync } from 'node:fs'
import { AppendFile } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { FaultyDoor } from '../support/faulty-door.js'
import { Remote } from '../support/remote-file.js'
import { temporaryPath } from '../support/temporary.js'
import { everyCut, everyTornCut, fragmentOf, lineBytes, recordOf, withRoomFor } from './support/cuts.js'
import { forms, openHere } from './support/forms.js'
import { InterposedDoor } from './support/interposed-door.js'
import { damageIn, expectUndamaged, expectUntouched } from './support/judge.js'

const ENOSPC = 28
const EPERM = 1
const [first, failed, last] = [recordOf(100), recordOf(101), recordOf(102)]
const theirs = '{"theirs":1}'

/** Another appender: `opens` for each line, or `keeps` its descriptor, which alone denies every lease. */
function otherAppender(how: 'opens' | 'keeps', path: string): () => void {
  if (how === 'opens') {
    return () => {
      appendFileSync(path, `${theirs}\n`)
    }
  }
  const fd = openSync(path, 'a')
  afterTest(() => {
    closeSync(fd)
  })
  return () => {
    appendFileSync(fd, `${theirs}\n`)
  }
}

test('truncating to a remembered length makes it', () => {
  const path = temporaryPath()
  appendFileSync(path, `${first}\n`)
  const remembered = statSync(path).size
  appendFileSync(path, fragmentOf(failed, 10))
  appendFileSync(path, `${theirs}\n`)
  const fd = openSync(path, 'r+')
  ftruncateSync(fd, remembered)
  closeSync(fd)
  const acknowledged = [{ record: first, range: null }]
  expect(damageIn(path, { acknowledged, others: [theirs] })).toEqual([`1 missing of line "{\\"theirs\\":1}"`])
})

describe.each(forms)('$name', (form) => {
  describe.each(['opens', 'keeps'] as const)('beside an appender that %s the file', (how) => {
    test.each(['write', 'truncateUnderLease', 'erase'] as const)(
      'cut at every byte, with a line of theirs before its %s, changes no byte of it',
      async (moment) => {
        for (const cut of everyCut) {
          const path = temporaryPath()
          const faulty = new FaultyDoor()
          const door = new InterposedDoor(faulty)
          const writer = openHere(form, path, door)
          const acknowledged = [{ record: first, range: await writer.append(first) }]
          const append = otherAppender(how, path)
          let offset = -1
          const act = (): void => {
            offset = statSync(path).size
            append()
          }
          // The attempt, then what asks for the cause.
          door.before[moment] = moment === 'write' ? [null, act] : [act]
          faulty.faults.write = [{ landed: cut }, { errno: ENOSPC }]
          if (moment === 'erase') faulty.faults.truncateUnderLease = [{ errno: EPERM }]
          expect(await failureOf(() => writer.append(failed))).toMatchObject({
            code: 'ENOSPC',
            state: 'failed',
            rollback: { outcome: 'erased', range: { start: lineBytes, end: lineBytes + cut } },
          })
          expect(offset).toBe(lineBytes + cut)
          expectUntouched(path, offset, `${theirs}\n`)
          acknowledged.push({ record: last, range: await writer.append(last) })
          expectUndamaged(path, { acknowledged, others: [theirs] })
          expectUntouched(path, offset, `${theirs}\n`)
          await writer.close()
        }
      },
    )

    test('cut at every byte, of which the rollback is owed, changes no byte of theirs when it is done', async () => {
      for (const cut of everyTornCut) {
        const path = temporaryPath()
        const door = new FaultyDoor()
        const writer = openHere(form, path, door)
        const acknowledged = [{ record: first, range: await writer.append(first) }]
        door.faults.write = [{ landed: cut }, { errno: ENOSPC }]
        door.faults.truncateUnderLease = [{ errno: EPERM }]
        door.faults.erase = [{ errno: EPERM }]
        expect(await failureOf(() => writer.append(failed))).toMatchObject({ state: 'pending' })
        const append = otherAppender(how, path)
        append()
        acknowledged.push({ record: last, range: await writer.append(last) })
        expectUntouched(path, lineBytes + cut, `${theirs}\n`)
        expectUndamaged(path, { acknowledged, others: [theirs] })
        await writer.close()
      }
    })
  })
})

describe('another process appends between a real short write and its rollback', () => {
  async function tear(cut: number): Promise<{ path: string; remote: Remote }> {
    const path = temporaryPath()
    const remote = await Remote.open({ type: 'AppendFile', path })
    await remote.call('appendSync', `${first}\n`)
    const line = fragmentOf(failed, lineBytes)
    const outcome = await withRoomFor(cut, remote, path, () => remote.call('writeOnceSync', line))
    expect(outcome).toMatchObject({ start: lineBytes, end: lineBytes + cut, requested: lineBytes })
    return { path, remote }
  }

  test.each([1, 12, 17, 24])('cut at byte %i: their line stands, the fragment is blank', async (cut) => {
    const { path, remote } = await tear(cut)
    appendFileSync(path, `${theirs}\n`)
    const range = { start: lineBytes, end: lineBytes + cut }
    expect(await remote.call('rollbackSync', range)).toMatchObject({
      outcome: 'erased',
      refused: [{ rung: 'lease', reason: 'grown' }],
    })
    const acknowledged = [{ record: first, range: { start: 0, end: lineBytes } }]
    expect(readFileSync(path, 'utf8')).toBe(`${first}\n${' '.repeat(cut)}${theirs}\n`)
    acknowledged.push({ record: last, range: (await remote.call('appendSync', `${last}\n`)) as never })
    expectUndamaged(path, { acknowledged, others: [theirs] })
  })

  test('with nobody behind it, the fragment is cut off: the same attempt, and it does truncate', async () => {
    const { path, remote } = await tear(12)
    const range = { start: lineBytes, end: lineBytes + 12 }
    expect(await remote.call('rollbackSync', range)).toMatchObject({ outcome: 'truncated' })
    expect(readFileSync(path, 'utf8')).toBe(`${first}\n`)
  })
})

test('a range that others have filled since is refused', () => {
  const path = temporaryPath()
  const file = AppendFile.openSync(path)
  afterTest(() => {
    file.closeSync()
  })
  const written = file.writeOnceSync(fragmentOf(failed, 12))
  const fd = openSync(path, 'r+')
  ftruncateSync(fd, 0)
  closeSync(fd)
  appendFileSync(path, `${theirs}\n`)
  expect(thrownBy(() => file.rollbackSync(written))).toMatchObject({ code: 'ERR_NOT_OWN_RANGE' })
  expect(readFileSync(path, 'utf8')).toBe(`${theirs}\n`)
})
