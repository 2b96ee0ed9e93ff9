// Somebody goes on writing between the moment when opening reads the last line and the one when it is judged: it is
// judged as it was read, and nothing of theirs is removed (W2).

import { appendFileSync, existsSync, truncateSync } from 'node:fs'
import { nativeDoor } from '../../lib/door/native-door.js'
import { InterposedDoor } from '../damage-shapes/support/interposed-door.js'
import { openRecorderThrough } from '../support/open-recorder.js'
import { fileWith, textOf } from '../support/temporary.js'

const before = '{"a":1}\n'

/** The first scan is of the first line, the second of the last ones. */
function openBeside(path: string, act: () => void) {
  const door = new InterposedDoor(nativeDoor)
  door.before.scan = [null, act]
  return openRecorderThrough(door, {}, path).repair
}

test.each([
  ['its LF', '\n'],
  ['its LF and a record', '\n{"c":3}\n'],
  ['its LF and the start of a record', '\n{"c":'],
])('a whole last line that gets %s meanwhile is a whole one', (_, added) => {
  const path = fileWith(`${before}{"b":2}`)
  expect(openBeside(path, () => appendFileSync(path, added))).toMatchObject({
    reason: 'missing-newline',
    damage: [],
  })
  expect(textOf(path)).toBe(`${before}{"b":2}${added}\n`)
  expect(existsSync(`${path}.torn`)).toBe(false)
})

test.each([
  ['{"b":"x"', '}\n'],
  ['"text', '"\n'],
  ['"text', '\n'],
  ['[1', ']\n'],
])('a torn last line, %s, that gets %j meanwhile is left, and is no damage before itself', (torn, added) => {
  const path = fileWith(`${before}${torn}`)
  const repair = openBeside(path, () => appendFileSync(path, added))
  expect(repair).toMatchObject({ action: 'left', reason: 'torn', damage: [] })
  expect(textOf(path)).toBe(`${before}${torn}${added}`)
})

test('a last line that is taken back meanwhile is no damage of those before it', () => {
  const path = fileWith(`${before}{"b":2}`)
  expect(openBeside(path, () => truncateSync(path, before.length + 3))).toMatchObject({ damage: [] })
  expect(textOf(path).startsWith(`${before}{"b`)).toBe(true)
})
