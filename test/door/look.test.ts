// The look at what was written is made in the core, and again in lib/ where the core found something against it: both
// have to look as far.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { lookMostBytes } from '../../lib/door/door.js'

test('the core finds as many bytes again as lib/ does', () => {
  const header = readFileSync(path.join(__dirname, '../../src/core/append.h'), 'utf8')
  expect(/kLookMostBytes = (\d+);/.exec(header)?.[1]).toBe(String(lookMostBytes))
})
