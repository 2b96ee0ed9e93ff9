// What a line is, told slowly and obviously: everything is tried, and JSON.parse decides. Shares no code with lib/.

export interface ReferenceRecord {
  readonly text: string
  readonly start: number
  readonly end: number
}

export interface ReferenceInspection {
  readonly kind: string | null
  readonly records: readonly ReferenceRecord[]
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function isJson(text: string | null): boolean {
  if (text === null) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const wholeStrings = /"(?:[^"\\]|\\.)*"/gs
const brackets = /[{}[\]]/g

function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  for (const bracket of json.replace(wholeStrings, '').match(brackets) ?? []) {
    depth += '{['.includes(bracket) ? 1 : -1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

const closingOf: Readonly<Record<string, string>> = { '{': '}', '[': ']' }

/** The text of the object or array that starts at `start`; null: none that is whole does. */
function textAt(line: Buffer, start: number, maxDepth: number): string | null {
  const closing = closingOf[String.fromCharCode(line[start]!)]
  if (closing === undefined) return null
  for (let end = start + 1; end <= line.length; end++) {
    if (line[end - 1] !== closing.charCodeAt(0)) continue
    const text = utf8(line.subarray(start, end))
    if (isJson(text)) return depthOf(text!) <= maxDepth ? text : null
  }
  return null
}

export function referenceSalvage(
  line: Buffer,
  isRecord: (value: unknown) => boolean,
  maxDepth = Infinity,
): ReferenceRecord[] {
  const records: ReferenceRecord[] = []
  for (let at = 0; at < line.length;) {
    const text = textAt(line, at, maxDepth)
    if (text === null) {
      at++
      continue
    }
    const end = at + Buffer.byteLength(text)
    if (isRecord(JSON.parse(text))) records.push({ text, start: at, end })
    at = end
  }
  return records
}

const restsOfCharacters = [
  [],
  [0x80],
  [0x80, 0x80],
  [0x80, 0x80, 0x80],
  [0xa0],
  [0xa0, 0x80],
  [0x90, 0x80, 0x80],
]
const restsOfEscapes = ['', 'n', 'u0000', '0000', '000', '00', '0']
const restsOfScalars = ['', '0', 'rue', 'ue', 'e', 'alse', 'lse', 'se', 'ull', 'll', 'l']

/** What can stand where a text was cut off, up to the end of the key or value that was cut. */
const restsOfItems: readonly Buffer[] = [
  ...['', '"":0', ':0', '0,"":0'].map((text) => Buffer.from(text)),
  ...restsOfScalars.map((text) => Buffer.from(text)),
  ...['"', '":0'].flatMap((after) => [
    ...restsOfEscapes.map((escape) => Buffer.from(escape + after)),
    ...restsOfCharacters.map((rest) => Buffer.concat([Buffer.from(rest), Buffer.from(after)])),
  ]),
]

/** The brackets that would close what is open. */
function closings(start: Buffer): string {
  // What is no UTF-8 is in strings or cannot be mended.
  const outside = start.toString('latin1').replace(wholeStrings, '').replace(/".*$/s, '')
  const open: string[] = []
  for (const bracket of outside.match(brackets) ?? []) {
    if ('{['.includes(bracket)) open.unshift(closingOf[bracket]!)
    else open.shift()
  }
  return open.join('')
}

/** Could it go on, and become an object or array? */
function canGoOn(start: Buffer): boolean {
  const end = Buffer.from(closings(start))
  return restsOfItems.some((rest) => isJson(utf8(Buffer.concat([start, rest, end]))))
}

const startsOfCharacters = [[], [0xc3], [0xe1], [0xe1, 0x80], [0xf1], [0xf1, 0x80], [0xf1, 0x80, 0x80]]
const startsOfScalars = [
  '',
  '0',
  '1',
  '1.',
  '1e',
  '-',
  't',
  'tr',
  'tru',
  'f',
  'fa',
  'fal',
  'fals',
  'n',
  'nu',
  'nul',
]

/** What can stand before the rest of an object or array, as short as can be. */
const beginnings: readonly Buffer[] = [
  ...['{', '{""', '{"":""'].map((text) => Buffer.from(text)),
  ...['[', '{"":'].flatMap((before) => startsOfScalars.map((text) => Buffer.from(before + text))),
  ...['["', '{"', '{"":"'].flatMap((before) => [
    Buffer.from(`${before}\\`),
    ...startsOfCharacters.map((start) => Buffer.concat([Buffer.from(before), Buffer.from(start)])),
  ]),
]

/** Is it, up to one of its brackets, the end of an object or array? */
function isRestOfSomething(line: Buffer): boolean {
  const ends = [...line.keys()].filter((at) => '}]'.includes(String.fromCharCode(line[at]!)))
  return ends.some((end) =>
    beginnings.some((beginning) => isJson(utf8(Buffer.concat([beginning, line.subarray(0, end + 1)])))),
  )
}

const blanks = /^[ \t\r\n]*$/

export function referenceInspection(
  line: Buffer,
  ended: boolean,
  isRecord: (value: unknown) => boolean,
): ReferenceInspection {
  const latin1 = line.toString('latin1')
  if (/^ +$/.test(latin1)) return { kind: 'erased', records: [] }
  if (blanks.test(latin1)) return { kind: 'blank', records: [] }
  const text = utf8(line)
  if (isJson(text)) {
    const inner = text!.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
    const start = latin1.search(/[^ \t\r\n]/)
    const whole = { text: inner, start, end: start + Buffer.byteLength(inner) }
    return { kind: ended ? null : 'missing-newline', records: [whole] }
  }
  const records = referenceSalvage(line, isRecord)
  return { kind: ended ? kindOf(line, latin1, records) : 'torn-tail', records }
}

function kindOf(line: Buffer, latin1: string, records: readonly ReferenceRecord[]): string {
  if (latin1.includes('\0')) return 'nul-run'
  if (isJson(latin1) && utf8(line) === null) return 'bad-utf8'
  const first = latin1.search(/[^ \t\r\n]/)
  const firstRecord = records[0]?.start ?? line.length
  if (firstRecord === first) return 'glued'
  const begins = '{['.includes(latin1.charAt(first))
  if (begins && textAt(line, first, Infinity) === null && canGoOn(line.subarray(0, firstRecord)))
    return 'torn-prefix'
  return isRestOfSomething(line) ? 'headless' : 'not-json'
}
