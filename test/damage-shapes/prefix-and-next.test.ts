// Damage shape: `{"a":"xx{"b":"yyyy"}`. The fragment of a record that failed, or of a process that was killed,
// with the next record glued onto it. Attempted at every byte (W1, W3).

import { writeFileSync } from 'node:fs'
import { Remote } from '../support/remote-file.js'
import { temporaryPath } from '../support/temporary.js'
import {
  alone,
  besideReader,
  everyTornCut,
  everyCut,
  fragmentOf,
  keepOpen,
  leaving,
  lineBytes,
  recordOf,
  withRoomFor,
} from './support/cuts.js'
import { forms, openHere, RemoteWriter } from './support/forms.js'
import { damageIn, expectUndamaged, type Acknowledged } from './support/judge.js'

const failed = (cut: number): string => recordOf(100 + cut)
const next = (cut: number): string => recordOf(500 + cut)

test('fs.appendFileSync, going on after EFBIG, makes it at every byte', async () => {
  const path = temporaryPath()
  const remote = await Remote.open({ type: 'PlainFile', method: 'openSync', path })
  for (const cut of everyTornCut) {
    const line = `${failed(cut)}\n`
    const error = await withRoomFor(cut, remote, path, () => remote.failure('appendSync', line))
    expect(error.code).toBe('EFBIG')
    await remote.call('appendSync', `${next(cut)}\n`)
  }
  const glued = everyTornCut.map((cut) =>
    Buffer.concat([fragmentOf(failed(cut), cut), Buffer.from(next(cut))]),
  )
  expect(damageIn(path, { acknowledged: [], others: glued })).toEqual([])
  const records = everyTornCut.map((cut) => ({ record: next(cut), range: null }))
  expect(damageIn(path, { acknowledged: records })).toHaveLength(2 * records.length)
})

describe.each(forms)('$name', (form) => {
  test.each([alone, besideReader])(
    'behind a record that failed at every byte $name stands whole, and nothing is left of that',
    async ({ read, told, options }) => {
      const path = temporaryPath()
      const writer = await RemoteWriter.open(form, path, options)
      if (read) keepOpen(path)
      const acknowledged: Acknowledged[] = []
      for (const cut of everyCut) {
        const error = await writer.failureAt(cut, failed(cut))
        expect(error).toMatchObject({ code: 'EFBIG', ...told })
        acknowledged.push({ record: next(cut), range: await writer.append(next(cut)) })
        expectUndamaged(path, { acknowledged })
      }
    },
  )

  test('behind a fragment that is left stands on a line of its own', async () => {
    const path = temporaryPath()
    const writer = await RemoteWriter.open(form, path, leaving.options)
    const acknowledged: Acknowledged[] = []
    const others: Buffer[] = []
    for (const cut of everyTornCut) {
      const error = await writer.failureAt(cut, failed(cut))
      expect(error).toMatchObject({ code: 'EFBIG', ...leaving.told })
      others.push(fragmentOf(failed(cut), cut))
      acknowledged.push({ record: next(cut), range: await writer.append(next(cut)) })
      expectUndamaged(path, { acknowledged, others })
    }
  })

  test.each([alone, besideReader])(
    'of the next process, behind a fragment of every length $name, stands on a line of its own',
    async ({ read }) => {
      for (const cut of everyTornCut) {
        const path = temporaryPath()
        const before = recordOf(999)
        const fragment = fragmentOf(failed(cut), cut)
        writeFileSync(path, Buffer.concat([Buffer.from(`${before}\n`), fragment]))
        if (read) keepOpen(path)
        const writer = openHere(form, path)
        const acknowledged = [{ record: next(cut), range: await writer.append(next(cut)) }]
        // A recorder that may cut it off has put it into quarantine.
        const left = form.type === 'Recorder' && !read ? [] : [fragment]
        expectUndamaged(path, { acknowledged, others: [before, ...left] })
        await writer.close()
      }
    },
  )

  test.each([1, 12, lineBytes - 2])(
    'after a process was killed with a fragment of %i bytes stands on a line of its own',
    async (cut) => {
      const path = temporaryPath()
      const killed = await Remote.open({ type: 'AppendFile', path })
      await killed.call('appendSync', `${recordOf(999)}\n`)
      await withRoomFor(cut, killed, path, () =>
        killed.call('writeOnceSync', fragmentOf(failed(cut), lineBytes)),
      )
      await killed.kill()
      const fragment = fragmentOf(failed(cut), cut)
      const standing: Acknowledged[] = []
      expectTorn(path, [recordOf(999), fragment])
      const writer = openHere(form, path)
      standing.push({ record: next(cut), range: await writer.append(next(cut)) })
      const left = form.type === 'Recorder' ? [] : [fragment]
      expectUndamaged(path, { acknowledged: standing, others: [recordOf(999), ...left] })
    },
  )
})

/** The attempt itself: the file does end in the fragment. */
function expectTorn(path: string, others: (string | Buffer)[]): void {
  expect(damageIn(path, { acknowledged: [], others })).toEqual(['the last line has no LF'])
}
