// docs/damage.md tells of every kind, and what it says of its examples is so.

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { harmlessKinds, type DamageKind } from '../../lib/damage/damage.js'
import type { AppendError } from '../../lib/index.js'
import { inspectLine } from '../../lib/damage/inspect-line.js'
import { openRecorder } from '../support/open-recorder.js'
import { salvagedFrom } from '../support/reading.js'
import { temporaryPath } from '../support/temporary.js'

/** The compiler sees to it that none is missing. */
const everyKind: Readonly<Record<DamageKind, 'of a line' | 'of a file'>> = {
  'torn-tail': 'of a line',
  'missing-newline': 'of a line',
  'torn-prefix': 'of a line',
  glued: 'of a line',
  headless: 'of a line',
  'nul-run': 'of a line',
  'bad-utf8': 'of a line',
  'not-json': 'of a line',
  oversize: 'of a file',
  bom: 'of a file',
  crlf: 'of a file',
  blank: 'of a line',
  erased: 'of a line',
  'empty-file': 'of a file',
}

interface Example {
  readonly bytes: Buffer
  readonly records: readonly unknown[]
}

interface Section {
  readonly kind: string
  readonly harmless: boolean
  readonly examples: readonly Example[]
  readonly rows: readonly string[]
}

const symbols: Readonly<Record<string, string>> = { '⏎': '\n', '␍': '\r', '␀': '\0', '·': ' ' }

function bytesOf(shown: string): Buffer {
  const parts = shown.split(/(‹[0-9A-F]{2}›|[⏎␍␀·])/)
  return Buffer.concat(
    parts.map((part) =>
      part.startsWith('‹') ? Buffer.from(part.slice(1, 3), 'hex') : Buffer.from(symbols[part] ?? part),
    ),
  )
}

function exampleOf(line: string): Example {
  const [shown = '', ...records] = line.split(/\s+→ /)
  return { bytes: bytesOf(shown), records: records.map((text) => JSON.parse(text) as unknown) }
}

function sectionsOf(text: string): Section[] {
  const [, damage = '', harmless = ''] = text.split(/^## (?:Damage|No damage)$/m)
  const read = (part: string, isHarmless: boolean): Section[] =>
    part
      .split(/^### /m)
      .slice(1)
      .map((section) => {
        const block = /^```text\n(.*?)^```$/ms.exec(section)?.[1] ?? ''
        return {
          kind: /^`(.+)`$/m.exec(section)?.[1] ?? section,
          harmless: isHarmless,
          examples: block.split('\n').slice(0, -1).map(exampleOf),
          rows: [...section.matchAll(/^\| ([a-z ]+?) +\| +\S/gm)].map(([, row = '']) => row),
        }
      })
  return [...read(damage, false), ...read(harmless, true)]
}

const text = readFileSync(path.join(__dirname, '..', '..', 'docs', 'damage.md'), 'utf8')
const sections = sectionsOf(text)
const hasId = (value: unknown): boolean => Object.hasOwn(value as object, 'id')
const cases = sections.flatMap(({ kind, examples }) => examples.map((example) => [kind, example] as const))
const withId = cases.filter(([kind]) => everyKind[kind as DamageKind] === 'of a line')

test('every kind has a section, and only those', () => {
  expect(sections.map(({ kind }) => kind).sort()).toEqual(Object.keys(everyKind).sort())
})

test('the sections under "No damage" are the harmless kinds', () => {
  const harmless = sections.filter((section) => section.harmless).map(({ kind }) => kind)
  expect(harmless.sort()).toEqual([...harmlessKinds].sort())
})

test('every section tells the cause and what is done', () => {
  const rows = ['what', 'cause', 'at opening', 'readers', 'check', 'repair']
  expect(sections.map(({ kind, rows: told }) => [kind, told])).toEqual(
    sections.map(({ kind }) => [kind, rows]),
  )
})

test('every section has an example', () => {
  expect(sections.filter(({ examples }) => examples.length === 0)).toEqual([])
})

test.each(withId)('%s: %j', (kind, { bytes, records }) => {
  const ended = bytes.at(-1) === 0x0a
  const inspection = inspectLine(ended ? bytes.subarray(0, -1) : bytes, ended, hasId)
  expect(inspection.kind).toBe(kind)
  expect(inspection.records.map(({ value }) => value)).toEqual(records)
})

test.each(cases)('%s: readers give what the page says: %j', async (kind, { bytes, records }) => {
  const file = temporaryPath()
  writeFileSync(file, bytes)
  const options = { isRecord: hasId, ...(kind === 'oversize' && { maxRecordBytes: 20 }) }
  const found = await salvagedFrom(file, options)
  expect(found.records.map(({ value }) => value)).toEqual(records)
  const told = harmlessKinds.has(kind as DamageKind) ? [] : [kind]
  expect(found.damage.map((damage) => damage.kind)).toEqual(told)
})

/** What the row "at opening" of a kind says. */
function openingOf(kind: string): string {
  const section = text.split(/^### /m).find((part) => part.startsWith(`\`${kind}\``)) ?? ''
  return /^\| at opening +\| (.+?) +\|$/m.exec(section)?.[1] ?? ''
}

const whole = Buffer.from('{"id":9}\n')
const endedCases = cases.filter(([, { bytes }]) => bytes.at(-1) === 0x0a)

test.each(endedCases.filter(([kind]) => kind !== 'bom'))(
  '%s: opening reports, behind a whole line, what the page says: %j',
  (kind, { bytes }) => {
    const file = temporaryPath()
    writeFileSync(file, Buffer.concat([whole, bytes, whole]))
    const { repair } = openRecorder({}, file)
    const [, name] = /reported as `(.+?)`/.exec(openingOf(kind)) ?? []
    expect(repair?.damage.map((damage) => damage.kind) ?? []).toEqual(name === undefined ? [] : [name])
    expect(repair?.action ?? 'none').toBe('none')
  },
)

test.each(endedCases)('%s: as the first line, opening refuses what the page says: %j', (kind, { bytes }) => {
  const file = temporaryPath()
  writeFileSync(file, Buffer.concat([bytes, whole]))
  const refused = openingOf(kind).includes('opening is refused with kind `InvalidData`')
  const outcome = (): unknown => {
    try {
      openRecorder({}, file)
      return 'opened'
    } catch (error) {
      return (error as AppendError).kind
    }
  }
  expect(outcome()).toBe(refused ? 'InvalidData' : 'opened')
})
