// An operation of the simulated core: the same sequence of small steps as in C++. Between two of them anybody else may
// act; the last comes to what the operation gave.

import type { Completion } from '../../../lib/door/door.js'

export type Steps = Generator<void, Completion, void>

export const nothing: Completion = { errno: 0, syscall: '', start: 0, end: 0, detail: 0 }

export function failed(syscall: string, errno: number): Completion {
  return { ...nothing, syscall, errno }
}

export function done(start: number, end: number, detail = 0): Completion {
  return { ...nothing, start, end, detail }
}
