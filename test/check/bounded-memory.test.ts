// Memory of check does not grow with what a damaged line holds: neither with its depth nor with how many values.

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { buildPackage } from '../support/children.js'
import { temporaryPath } from '../support/temporary.js'

const MiB = 1024 * 1024
const dist = path.join(__dirname, '..', '..', 'dist', 'index.js')
const lineBytes = 24 * MiB
/** Node, the line twice, and some more: values take ten times as much, and more. */
const mostBytes = 64 * MiB + 6 * lineBytes

beforeAll(() => {
  buildPackage()
})

/** The check of these bytes as a line, in a process of its own. */
function checkLine(line: Buffer, options = ''): { salvageable: number; kinds: string[]; peakBytes: number } {
  const file = temporaryPath()
  writeFileSync(file, Buffer.concat([Buffer.from('[1]\n{"a":1}\n'), line, Buffer.from('\n')]))
  const script = `require(${JSON.stringify(dist)}).checkFile(process.argv[1], {${options}}).then((report) => {
    const { salvageable, counts } = report
    // Not maxRSS, which includes the process that started this one.
    const status = require('node:fs').readFileSync('/proc/self/status', 'utf8')
    const peakBytes = 1024 * Number(/VmHWM:\\s+(\\d+)/.exec(status)[1])
    console.log(JSON.stringify({ salvageable, kinds: Object.keys(counts), peakBytes }))
  })`
  return JSON.parse(String(execFileSync(process.execPath, ['-e', script, file]))) as ReturnType<
    typeof checkLine
  >
}

const open = Buffer.alloc(lineBytes, '[')
const cases: [string, Buffer, number, string][] = [
  [
    'brackets too deep to be salvaged, which look closed',
    Buffer.concat([open, Buffer.alloc(10_010, ']'), Buffer.from('x]')]),
    1,
    'torn-prefix',
  ],
  [
    'deep nesting around bytes that are no UTF-8',
    Buffer.concat([
      open.subarray(lineBytes / 2),
      Buffer.from([0x22, 0xff, 0x22]),
      Buffer.alloc(lineBytes / 2, ']'),
    ]),
    0,
    'bad-utf8',
  ],
  [
    'millions of tiny values',
    Buffer.concat([Buffer.from('['), Buffer.alloc(lineBytes, '[],')]),
    lineBytes / 3,
    'torn-prefix',
  ],
  [
    'one value that holds millions, with a rest',
    Buffer.concat([Buffer.from('['), Buffer.alloc(lineBytes, '[],'), Buffer.from('[]]x')]),
    1,
    'glued',
  ],
  ['millions of glued records', Buffer.alloc((lineBytes / 8) * 7, '{"a":1}'), lineBytes / 8, 'glued'],
]

test.each(cases)('%s', (_, line, salvageable, kind) => {
  const found = checkLine(line)
  expect(found).toEqual({ salvageable, kinds: [kind], peakBytes: expect.any(Number) as number })
  expect(found.peakBytes).toBeLessThan(mostBytes)
})

test("records are counted, and not held, with the caller's isRecord too", () => {
  const found = checkLine(Buffer.alloc((lineBytes / 8) * 7, '{"a":1}'), 'isRecord: ({ a }) => a === 1')
  expect(found.salvageable).toBe(lineBytes / 8)
  expect(found.peakBytes).toBeLessThan(mostBytes)
})
