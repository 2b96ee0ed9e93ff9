// repair-killed.cjs PATH STEP [OUTPUT]: repairs the file, and ends as kill -9 does right before that step, counted
// from 0, of those that could change anything. Prints the steps if it gets through.

'use strict'

const { nativeDoor } = require('../../dist/door/native-door.js')
const { repairThrough } = require('../../dist/repair/repair-file.js')

const [path, step, output] = process.argv.slice(2)
const asking =
  /^(size|times|owner|identify|leadsTo|readAt|nameFileSystem|resolveLinks|openForReading|probe|lockHolders)/
const steps = []

function file(name) {
  const real = nativeDoor.file(name)
  return new Proxy(real, {
    get(_, member) {
      const method = Reflect.get(real, member, real)
      if (typeof method !== 'function') return method
      return (...args) => {
        if (!asking.test(member)) {
          if (steps.length === Number(step)) process.kill(process.pid, 'SIGKILL')
          steps.push(member)
        }
        return Reflect.apply(method, real, args)
      }
    },
  })
}

const door = { file, now: nativeDoor.now, after: nativeDoor.after, nameError: nativeDoor.nameError }
repairThrough(door, path, output === undefined ? {} : { output }).then(() => {
  process.stdout.write(JSON.stringify(steps))
})
