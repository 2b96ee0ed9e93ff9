// Programs as a user of the package writes them: each appends, prints the range, reads the file there and
// compares. They are text, because they are compiled and run where the package is installed, and there only.

const useRecorder = `
  const recorder = await Recorder.open(path)
  const ranges = [await recorder.append(value), recorder.appendSync(value)]
  await recorder.close()
`

const useAppendFile = `
  const file = AppendFile.openSync(path)
  ranges.push(file.appendSync(line))
  file.closeSync()
`

const compare = `
  const content = readFileSync(path)
  for (const { start, end } of ranges) {
    console.log(\`[\${start}, \${end})\`)
    if (content.toString('utf8', start, end) !== line) throw new Error('the range holds something else')
  }
  if (content.length !== 3 * line.length) throw new Error('the file holds something else')
`

const values = `
  const value = { at: 1, text: 'a whole line' }
  const line = JSON.stringify(value) + '\\n'
`

function body(signature) {
  return `async function main${signature} {${values}${useRecorder}${useAppendFile}${compare}}\n`
}

const esmImports = `import { readFileSync } from 'node:fs'
import { AppendFile, Recorder } from 'wholeline'
`

const cjsImports = `const { readFileSync } = require('node:fs')
const { AppendFile, Recorder } = require('wholeline')
`

const types = `import type { ByteRange, RecorderOptions } from 'wholeline'
export const options: RecorderOptions = { fsync: 'never' }
export const none: ByteRange = { start: 0, end: 0 }
// @ts-expect-error: the types are really found, not just any
export const wrong: ByteRange = { start: 'zero', end: 0 }
`

const run = "main('log.jsonl')\n"
const typed = body('(path: string): Promise<void>')

export const javascriptPrograms = {
  'esm.mjs': `${esmImports}${body('(path)')}await ${run}`,
  'commonjs.cjs': `${cjsImports}${body('(path)')}${run}`,
}

/** Compiled under `moduleResolution: nodenext` to the same names with .mjs and .cjs. */
export const typescriptPrograms = {
  'typescript-esm.mts': `${esmImports}${types}${typed}await ${run}`,
  'typescript-commonjs.cts': `${esmImports}${types}${typed}void ${run}`,
}
