// What does a record of this file look like? Learnt from whole lines at its start, so that an object inside of
// a fragment is not taken for a record. Serves salvage where the caller gives no test of its own.

import { readLines } from '../reading/read-lines.js'
import type { ReadingFile } from '../reading/reading-file.js'
import { isNonEmpty, KeySearch } from './top-level-keys.js'
import type { RecordTest } from './salvage.js'
import { wholeValue } from './whole-value.js'

/** It is learnt from so much of a file. */
export const shapeMostBytes = 1024 * 1024
const mostRecords = 200

const OPEN_ARRAY = 0x5b

/** A test that is learnt needs no value to be built. */
type LearntTest = RecordTest & Required<Pick<RecordTest, 'ofText'>>

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isNonEmptyObject(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length > 0
}

/** The keys that all of the objects have. */
function commonKeys(objects: readonly object[]): string[] {
  const [first, ...others] = objects
  return Object.keys(first ?? {}).filter((key) => others.every((other) => Object.hasOwn(other, key)))
}

/** A value is like these: of a type that was seen, and an object has every key that all of them have. */
export function shapeOf(sample: readonly unknown[]): LearntTest {
  const objects = sample.filter(isObject)
  const nothing = sample.every((value) => !isObject(value) && !Array.isArray(value))
  const objectsFit = objects.length > 0 || nothing
  const arraysFit = sample.some((value) => Array.isArray(value))
  const keys = commonKeys(objects)
  const search = new KeySearch(keys)
  const ofValue = (value: unknown): boolean => {
    if (Array.isArray(value)) return arraysFit
    return objectsFit && isNonEmptyObject(value) && keys.every((key) => Object.hasOwn(value as object, key))
  }
  const ofText = (line: Buffer, start: number, end: number): boolean => {
    if (line[start] === OPEN_ARRAY) return arraysFit
    return objectsFit && isNonEmpty(line, start) && search.hasAll(line, start, end)
  }
  return Object.assign(ofValue, { ofText })
}

/** What a record of this file looks like, learnt from its whole lines; the default `isRecord`. */
export async function learnShape(file: ReadingFile): Promise<LearntTest> {
  const sample: unknown[] = []
  for await (const lines of readLines(file, 0, shapeMostBytes, shapeMostBytes)) {
    for (const { bytes, ended } of lines) {
      if (bytes === null || !ended) continue
      const whole = wholeValue(bytes)
      if (whole !== null) sample.push(whole.value)
      if (sample.length === mostRecords) return shapeOf(sample)
    }
  }
  return shapeOf(sample)
}
