// repair-killed.cjs PATH STEP [OUTPUT]: repairs the file, and ends as kill -9 does right before that step, counted
// from 0, of those that could change anything. Prints the steps if it gets through.
//
// The steps are the operations of the addon: what is loaded here is the same object that the package calls.

'use strict'

const path = require('node:path')
const root = path.join(__dirname, '..', '..')
const binding = require('node-gyp-build')(root)

const [file, step, output] = process.argv.slice(2)
const changing =
  /^(open|close|write|writeAndSync|sync|syncDirectories|lock|truncateUnder\w+|rewriteUnderLease|setMode|setOwner|erase|rename|link|unlink)$/
const names = binding.operations.split(',')
// lib/door/native-binding.ts: NumberPlace.
const operationPlace = 8
const steps = []

function count(number) {
  if (!changing.test(names[number])) return
  if (steps.length === Number(step)) process.kill(process.pid, 'SIGKILL')
  steps.push(names[number])
}

const { perform, performSync } = binding
binding.perform = (number, ...args) => {
  count(number)
  return perform(number, ...args)
}
binding.performSync = (bytes) => {
  count(binding.numbers[operationPlace])
  return performSync(bytes)
}

// Only now: it takes the functions as it finds them.
const { repairFile } = require(path.join(root, 'dist', 'index.js'))

repairFile(file, output === undefined ? {} : { output }).then(() => {
  process.stdout.write(JSON.stringify(steps))
})
