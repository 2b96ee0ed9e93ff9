// Is a file something else than JSON Lines? Its first line tells, and where that is in doubt the next one. A
// first line that is damaged as records are (torn, glued to the next, overwritten with NULs) is no reason: such
// files are what opening is there to mend.

import { scanJson } from './scan-json.js'

/**
 * What a line may be: `nothing` (blanks, NULs); `record` (a whole value, or a damaged object); `scrap` (what may
 * be left of another value); `opening` (it may go on in the next line); `other` (no record ever looked so).
 */
type Shape = 'nothing' | 'record' | 'scrap' | 'opening' | 'other'

const LF = '\n'
const scrapGlued =
  /^(?:-?\d*(?:\.\d*)?(?:[eE][+-]?\d*)?|t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|n(?:u(?:ll?)?)?)[{[]["{[]/

/** So many places in a line are tried as the start of a record. */
const startsMost = 16

function isRecord(text: string): boolean {
  const { end, at } = scanJson(text)
  return end === 'whole' && text.slice(at).trim() === ''
}

/** A whole record stands at the end of the line, behind something else. */
function endsInRecord(text: string): boolean {
  let from = text.length
  for (let tries = 0; tries < startsMost && from > 0; tries++) {
    from = text.lastIndexOf('{"', from - 1)
    if (from < 0) return false
    if (isRecord(text.slice(from))) return true
  }
  return false
}

function shapeOfObject(text: string): Shape {
  const { end, at } = scanJson(text)
  if (end === 'between') return 'opening'
  if (end !== 'whole') return /^\{[ \t]*"/.test(text) ? 'record' : 'other'
  return /^\s*[,;]/.test(text.slice(at)) ? 'other' : 'record'
}

function shapeOfArray(text: string): Shape {
  const { end, at } = scanJson(text)
  if (end === 'between') return 'opening'
  if (end === 'within' || text.startsWith('["')) return 'scrap'
  const rest = text.slice(at)
  return rest.startsWith('{') || rest.startsWith('[') ? 'scrap' : 'other'
}

function shapeOfScalar(text: string): Shape {
  if (scanJson(text).end === 'within') return 'scrap'
  const glued = text.startsWith('"') ? endsInRecord(text) : scrapGlued.test(text)
  return glued ? 'scrap' : 'other'
}

/** Text of two bytes a character has a NUL in each: no power cut leaves single ones again and again. */
function isWideText(line: string): boolean {
  return /[^\0]\0[^\0]\0[^\0]/.test(line)
}

function shapeOf(line: string): Shape {
  if (isWideText(line)) return 'other'
  // Behind NULs anything may stand; what is before them tells.
  const [text = ''] = line.replace(/^[\0\s]+/, '').split('\0', 1)
  const trimmed = text.trimEnd()
  if (trimmed === '') return 'nothing'
  if (isRecord(trimmed)) return 'record'
  if (trimmed.startsWith('{')) return shapeOfObject(trimmed)
  return trimmed.startsWith('[') ? shapeOfArray(trimmed) : shapeOfScalar(trimmed)
}

interface Told {
  readonly shape: Shape
  readonly from: number
}

/** The first two lines that tell anything; the second only where the first leaves a doubt. */
function tellingLines(head: string): Told[] {
  const told: Told[] = []
  for (let from = 0; from <= head.length && told.length < 2;) {
    const lf = head.indexOf(LF, from)
    const to = lf < 0 ? head.length : lf
    const shape = shapeOf(head.slice(from, to))
    if (shape !== 'nothing') told.push({ shape, from })
    if (shape === 'record' || shape === 'other') break
    from = to + 1
  }
  return told
}

/** One JSON value over several lines, whole or longer than what is seen of it. */
function isDocument(text: string, all: boolean): boolean {
  const { end, at } = scanJson(text)
  if (end === 'whole') return text.slice(at).trim() === ''
  return !all && end !== 'broken'
}

/**
 * JSON laid out over lines by a program: a line of nothing but brackets, and a next one that is no record and goes on
 * from there. Whether it ever ends, or is one of several, does not matter: records are not torn like that.
 */
function isLaidOut(text: string, next: Shape): boolean {
  if (next === 'record' || !/^[[{][[{ \t\r]*\n/.test(text)) return false
  return text.slice(0, scanJson(text).at).trimEnd().includes(LF)
}

/**
 * @param head - the beginning of the file
 * @param all - it is the whole file
 */
export function isOtherFormat(head: Uint8Array, all: boolean): boolean {
  const text = Buffer.from(head).toString('utf8')
  const [first, next] = tellingLines(text)
  if (first === undefined || first.shape === 'record') return false
  if (first.shape === 'other') return true
  if (next === undefined) return false
  if (next.shape === 'other') return true
  if (first.shape !== 'opening') return false
  const rest = text.slice(first.from).trimStart()
  return isDocument(rest, all) || isLaidOut(rest, next.shape)
}
