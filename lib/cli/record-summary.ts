// What came of a recording, for people and for machines.

import { AppendError } from '../errors/append-error.js'
import type { ExitCode } from './exit-code.js'
import { errorToJson } from './error-report.js'
import { formatBytes, formatCount, formatNoun } from './format.js'

export interface RecordSummary {
  /** Absolute path. */
  readonly file: string
  /** Lines of input that were looked at. */
  readonly lines: number
  /** Records of this input that are in the file, and their bytes there. */
  readonly records: number
  readonly bytes: number
  /** How many of them were given as text. */
  readonly wrapped: number
  /** Lines that were refused. */
  readonly refused: number
  readonly stoppedBy: string | null
  /** After an error: the first line that is not in the file, though it was not refused. */
  readonly firstMissingLine: number | null
  /** Whether standard output got all of the input; null: it was not asked for. */
  readonly tee: 'complete' | 'closed' | 'failed' | null
  readonly seconds: number
  readonly exitCode: ExitCode
  readonly error: Error | null
}

/** One JSON object on one line. */
export function summaryToJson(summary: RecordSummary): string {
  const { seconds, error } = summary
  return JSON.stringify({
    ...summary,
    seconds: Math.round(seconds * 1000) / 1000,
    error: error === null ? null : errorToJson(error),
  })
}

/** One line for people. */
export function summaryToText(summary: RecordSummary): string {
  const { file, records, bytes, wrapped, refused, stoppedBy, seconds } = summary
  const rate = `${formatBytes(bytes)} in ${seconds.toFixed(1)} s, ${formatBytes(bytes / seconds)}/s`
  return [
    `${formatNoun(records, 'record')} in ${file} (${rate})`,
    ...(wrapped === 0 ? [] : [`${formatCount(wrapped)} of them as text`]),
    ...(refused === 0 ? [] : [`${formatNoun(refused, 'line')} refused`]),
    ...(stoppedBy === null ? [] : [`stopped by ${stoppedBy}`]),
  ].join('; ')
}

/** After an error: what is in the file all the same. */
export function explainWhatStands(summary: RecordSummary): string {
  const { file, records, firstMissingLine, error } = summary
  const unsyncedFrom = error instanceof AppendError ? error.unsyncedFrom : null
  const certain = error instanceof AppendError && error.state !== 'indeterminate' && unsyncedFrom === null
  const first = `line ${firstMissingLine ?? 0} is the first that is not${certain ? '' : ' there for certain'}`
  return [
    `  ${formatNoun(records, 'record')} of this input ${records === 1 ? 'is' : 'are'} in ${file}`,
    ...(firstMissingLine === null ? [] : [first]),
    ...(unsyncedFrom === null
      ? []
      : [`what stands from byte ${unsyncedFrom} on may not survive a power cut`]),
  ].join('; ')
}
