// loaded-late.cjs cleared|descriptors PATH: what a first open comes to that is made late. Prints what was found.
//
//   cleared       the registry of modules was cleared since the package was loaded
//   descriptors   there are no descriptors left, and then there are

'use strict'

const { closeSync, openSync } = require('node:fs')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const dist = path.join(__dirname, '..', '..', 'dist')
const { AppendError, AppendFile, DamageError, Recorder, readRecordAt } = require(path.join(dist, 'index.js'))

const [, , how, file] = process.argv

function thrownBy(failing) {
  try {
    return failing()
  } catch (error) {
    return error
  }
}

function clear() {
  for (const name of Object.keys(require.cache)) if (name.startsWith(dist)) delete require.cache[name]
}

async function openCleared() {
  for (let i = 0; i < 20; i++) {
    clear()
    Recorder.openSync(file).closeSync()
    AppendFile.openSync(file).closeSync()
  }
  clear()
  const listeners = process.listenerCount('exit')
  const recorder = await Recorder.open(file)
  const isRecorder = recorder instanceof Recorder
  recorder.write('at exit')
  const error = thrownBy(() => Recorder.openSync(path.join(file, 'none')))
  const damage = await readRecordAt(file, { start: 0, end: 5 }).catch((error) => error)
  const isAppendError = error instanceof AppendError && !(damage instanceof AppendError)
  const isDamageError = damage instanceof DamageError && !(error instanceof DamageError)
  return { isRecorder, isAppendError, isDamageError, fewListeners: listeners <= 2 }
}

function openWithoutDescriptors() {
  const taken = []
  const full = thrownBy(() => {
    for (;;) taken.push(openSync('/dev/null'))
  })
  const relative = path.relative(process.cwd(), file)
  const errors = [
    thrownBy(() => Recorder.openSync(relative)),
    thrownBy(() => AppendFile.openSync(pathToFileURL(file))),
  ]
  taken.forEach((fd) => closeSync(fd))
  const recorder = Recorder.openSync(file)
  const range = recorder.appendSync('behind it')
  recorder.closeSync()
  const told = errors.map((error) => {
    const { code, errno, kind, syscall, path } = error
    return { isAppendError: error instanceof AppendError, code, errno, kind, syscall, path }
  })
  return { full: full.code, told, range }
}

async function main() {
  const found = how === 'cleared' ? await openCleared() : openWithoutDescriptors()
  process.stdout.write(JSON.stringify(found))
}

void main()
