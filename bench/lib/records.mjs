// The records that are recorded: lines of an exact size, the records of coding agents' sessions, and log objects
// of pino's form. They are a ring: after the last comes the first again, so a file can be checked byte for byte.

import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { makeSession } from '../../demo/session.mjs'

const ringBytes = 1024 * 1024
const letters = 'abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ,.-_0123456789'

/** Lines of exactly so many bytes, LF included, numbered; those of a writer carry its number too. */
export function sizedLines(bytes, writer = null) {
  const count = Math.max(16, Math.min(4096, Math.floor(ringBytes / bytes)))
  return Array.from({ length: count }, (_, sequence) => {
    const head = `{${writer === null ? '' : `"writer":${writer},`}"sequence":${sequence},"text":"`
    const room = bytes - 1 - head.length - 2
    if (room < 0) throw new Error(`${bytes} bytes are too few for a record`)
    return `${head}${letters.repeat(Math.ceil(room / letters.length)).slice(0, room)}"}`
  })
}

/** What pino writes before what it is given. */
const header = { level: 30, time: 1772356500000, pid: 4711, hostname: 'web-1' }
export const logHeader = `${JSON.stringify(header).slice(0, -1)},`

function logObject(number) {
  return {
    requestId: `req-${number.toString(36).padStart(6, '0')}`,
    request: { method: number % 3 === 0 ? 'POST' : 'GET', url: `/api/orders/${number * 7}?full=true` },
    response: { statusCode: number % 50 === 0 ? 503 : 200 },
    responseTime: (number % 97) / 4,
    user: number % 2 === 0 ? null : `user-${number % 1000}`,
    msg: 'request completed',
  }
}

/** A folder with JSON Lines files, the sessions of coding agents; without it one is made up. */
export const transcriptFolder = process.env.WHOLELINE_TRANSCRIPTS ?? null

function transcripts() {
  if (transcriptFolder === null) return makeSession(2000)
  const files = readdirSync(transcriptFolder).filter((name) => name.endsWith('.jsonl'))
  const texts = files.map((name) => readFileSync(path.join(transcriptFolder, name), 'utf8'))
  return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line))
}

/**
 * Objects by the name of their kind; `full` is the whole record, `bare` what a logger is given that adds the
 * level, the time and so on by itself.
 */
export function objects(kind) {
  if (kind === 'transcripts') return transcripts().map((value) => ({ full: value, bare: value }))
  if (kind !== 'logs') throw new Error(`no such records: ${kind}`)
  return Array.from({ length: 4096 }, (_, number) => {
    const bare = logObject(number)
    return { full: { ...header, ...bare }, bare }
  })
}

/** Lines by the number of their bytes, or the kind of their objects. */
export function lines(kind) {
  return typeof kind === 'number' ? sizedLines(kind) : objects(kind).map(({ full }) => JSON.stringify(full))
}
