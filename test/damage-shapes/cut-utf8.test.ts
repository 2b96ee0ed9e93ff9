// Damage shape: a fragment that ends in the middle of a character, so that a reader finds bytes that are no
// UTF-8, or reads them together with what follows as another character. Attempted at every byte inside the
// characters of a record: by a file size limit, by torn tails, and by another writer (W1, W2).

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { FaultyDoor } from '../support/faulty-door.js'
import { Remote } from '../support/remote-file.js'
import { temporaryPath, textOf } from '../support/temporary.js'
import { alone, besideReader, keepOpen, leaving, withRoomFor } from './support/cuts.js'
import { forms, openHere, RemoteWriter } from './support/forms.js'
import { expectUndamaged, expectUntouched, type Acknowledged } from './support/judge.js'

/** Characters of two, three and four bytes, one behind the other, in the name and in the text. */
function recordOf(n: number): string {
  return `{"n":${n},"ßé":"€你𝄞😀ä"}`
}

function bytesOf(n: number): Buffer {
  return Buffer.from(`${recordOf(n)}\n`)
}

/** Every place at which the next byte goes on a character. */
const cutsInside = [...bytesOf(100).entries()].flatMap(([at, byte]) => ((byte & 0xc0) === 0x80 ? [at] : []))

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** How many lines are no UTF-8. */
function tornLines(path: string): number {
  const lines = readFileSync(path).toString('latin1').split('\n')
  return lines.filter((line) => !isUtf8(Buffer.from(line, 'latin1'))).length
}

test('each of the cuts leaves bytes that are no UTF-8', () => {
  expect(cutsInside).toHaveLength(13)
  for (const cut of cutsInside) expect(isUtf8(bytesOf(100).subarray(0, cut))).toBe(false)
})

test('fs.appendFileSync, tried again after EFBIG, leaves a file that is no UTF-8', async () => {
  const path = temporaryPath()
  const remote = await Remote.open({ type: 'PlainFile', method: 'openSync', path })
  for (const [i, cut] of cutsInside.entries()) {
    await withRoomFor(cut, remote, path, () => remote.failure('appendSync', bytesOf(100)))
    await remote.call('appendSync', bytesOf(100))
    expect(tornLines(path)).toBe(i + 1)
  }
})

describe.each(forms)('$name', (form) => {
  test.each([alone, besideReader])(
    'cut inside each character by a file size limit $name leaves a file that is UTF-8 throughout',
    async ({ read, told, options }) => {
      const path = temporaryPath()
      const writer = await RemoteWriter.open(form, path, options)
      if (read) keepOpen(path)
      const acknowledged: Acknowledged[] = []
      for (const cut of cutsInside) {
        const record = recordOf(100 + cut)
        const error = await writer.failureAt(cut, record)
        expect(error).toMatchObject({ code: 'EFBIG', ...told })
        expect(isUtf8(readFileSync(path))).toBe(true)
        acknowledged.push({ record, range: await writer.append(record) })
        expectUndamaged(path, { acknowledged })
        expect(isUtf8(readFileSync(path))).toBe(true)
      }
    },
  )

  test('cut inside each character, where the fragment is left, spoils no line but that', async () => {
    const path = temporaryPath()
    const writer = await RemoteWriter.open(form, path, leaving.options)
    const acknowledged: Acknowledged[] = []
    const others: Buffer[] = []
    for (const cut of cutsInside) {
      const record = recordOf(100 + cut)
      const error = await writer.failureAt(cut, record)
      expect(error).toMatchObject({ code: 'EFBIG', ...leaving.told })
      others.push(bytesOf(100 + cut).subarray(0, cut))
      acknowledged.push({ record, range: await writer.append(record) })
      expectUndamaged(path, { acknowledged, others })
      expect(tornLines(path)).toBe(others.length)
    }
  })

  test('cut inside each character for a moment only is done again, whole', async () => {
    for (const cut of cutsInside) {
      const path = temporaryPath()
      const writer = openHere(form, path, new FaultyDoor({ write: [{ landed: cut }] }))
      const acknowledged = [{ record: recordOf(100), range: await writer.append(recordOf(100)) }]
      expectUndamaged(path, { acknowledged })
      expect(isUtf8(readFileSync(path))).toBe(true)
      await writer.close()
    }
  })

  test.each([alone, besideReader])(
    'to a file that ends inside each character, opened $name, begins a line of its own',
    async ({ read }) => {
      for (const cut of cutsInside) {
        const path = temporaryPath()
        const fragment = bytesOf(900).subarray(0, cut)
        const before = Buffer.concat([bytesOf(901), fragment])
        writeFileSync(path, before)
        if (read) keepOpen(path)
        const writer = openHere(form, path)
        const acknowledged = [{ record: recordOf(100), range: await writer.append(recordOf(100)) }]
        const isCut = form.type === 'Recorder' && !read
        expectUndamaged(path, { acknowledged, others: [recordOf(901), ...(isCut ? [] : [fragment])] })
        expectUntouched(path, 0, isCut ? bytesOf(901) : before)
        expect(tornLines(path)).toBe(isCut ? 0 : 1)
        // What was cut off is kept byte for byte, not as the characters that it is not.
        expect(keptBytes(path)).toEqual(isCut ? fragment : null)
        await writer.close()
      }
    },
  )

  test('between the halves of a character of another process joins neither', async () => {
    const path = temporaryPath()
    const writer = openHere(form, path)
    const other = await Remote.open({ type: 'PlainFile', method: 'openSync', path })
    const acknowledged: Acknowledged[] = []
    const others: Buffer[] = []
    for (const cut of cutsInside) {
      const theirs = bytesOf(500 + cut)
      const [first, second] = [theirs.subarray(0, cut), theirs.subarray(cut)]
      await other.call('appendSync', Buffer.from(first))
      acknowledged.push({ record: recordOf(100 + cut), range: await writer.append(recordOf(100 + cut)) })
      await other.call('appendSync', Buffer.from(second))
      others.push(first, second.subarray(0, -1))
    }
    expectUndamaged(path, { acknowledged, others })
    // Each half is no UTF-8 by itself; no line else is spoilt.
    expect(tornLines(path)).toBe(others.length)
  })
})

function keptBytes(path: string): Buffer | null {
  if (!existsSync(`${path}.torn`)) return null
  return Buffer.from((JSON.parse(textOf(`${path}.torn`)) as { bytes: string }).bytes, 'base64')
}

test('records whose characters end where a read block does are seen as torn or whole by their bytes', async () => {
  // The tail is read backwards in blocks of 64 KiB: a character lies across the border at one of these lengths.
  for (let filler = 65_520; filler < 65_540; filler++) {
    const path = temporaryPath()
    const whole = `{"text":"${'😀'.repeat(3)}${'x'.repeat(filler)}"}`
    writeFileSync(path, '{"old":1}\n')
    appendFileSync(path, whole)
    const writer = openHere(forms[3]!, path)
    const acknowledged = [{ record: recordOf(100), range: await writer.append(recordOf(100)) }]
    expectUndamaged(path, { acknowledged, others: ['{"old":1}', whole] })
    await writer.close()
  }
})
