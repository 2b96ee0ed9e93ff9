// repair-killed.cjs PATH STEP [OUTPUT]: repairs the file, and ends as kill -9 does right before that step, counted
// from 0, of those that could change anything. Prints the steps if it gets through.
//
// The steps are the operations of the addon: what is loaded here is the same object that the package calls.

'use strict'

const path = require('node:path')
const root = path.join(__dirname, '..', '..')
const binding = require('node-gyp-build')(root)
const { repairFile } = require(path.join(root, 'dist', 'index.js'))

const [file, step, output] = process.argv.slice(2)
const changing =
  /^(open|close|write|writeAndSync|sync|syncDirectories|lock|truncateUnder\w+|rewriteUnderLease|setMode|setOwner|erase|rename|link|unlink)(Sync)?$/
const steps = []

for (const [name, operation] of Object.entries(binding)) {
  if (!changing.test(name)) continue
  binding[name] = (...args) => {
    if (steps.length === Number(step)) process.kill(process.pid, 'SIGKILL')
    steps.push(name)
    return operation(...args)
  }
}

repairFile(file, output === undefined ? {} : { output }).then(() => {
  process.stdout.write(JSON.stringify(steps))
})
