// What does a record of this file look like? Learnt from whole lines at its start, so that an object inside of
// a fragment is not taken for a record. Serves salvage where the caller gives no test of its own.

import { withoutMark } from '../reading/byte-order-mark.js'
import { readLines } from '../reading/read-lines.js'
import type { ReadingFile } from '../reading/reading-file.js'
import { wholeValue } from './whole-value.js'

/** It is learnt from so much of a file. */
export const shapeMostBytes = 1024 * 1024
const mostRecords = 200

type Test = (value: unknown) => boolean

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
export function shapeOf(sample: readonly unknown[]): Test {
  const objects = sample.filter(isObject)
  const arrays = sample.some((value) => Array.isArray(value))
  if (objects.length === 0 && !arrays) return isNonEmptyObject
  const keys = commonKeys(objects)
  return (value) => {
    if (Array.isArray(value)) return arrays
    return (
      objects.length > 0 &&
      isNonEmptyObject(value) &&
      keys.every((key) => Object.hasOwn(value as object, key))
    )
  }
}

/** What a record of this file looks like, learnt from its whole lines; the default `isRecord`. */
export async function learnShape(file: ReadingFile): Promise<(value: unknown) => boolean> {
  const sample: unknown[] = []
  for await (const lines of readLines(file, 0, shapeMostBytes, shapeMostBytes)) {
    for (const { bytes, ended } of lines.map(withoutMark)) {
      if (bytes === null || !ended) continue
      const whole = wholeValue(bytes)
      if (whole !== null) sample.push(whole.value)
      if (sample.length === mostRecords) return shapeOf(sample)
    }
  }
  return shapeOf(sample)
}
