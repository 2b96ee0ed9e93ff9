// handed-over.cjs PATH HOW: two large records, of which the second is handed over while the write of the first waits
// for its turn on the pool. Prints, as JSON: how many were handed over, and what came of both.
//   append   by append(): their ranges, or the code and state of the error
//   write    the first by write(), the second by append(): the same of the second, then what the event `error` told
//   early    prints as soon as the first is acknowledged, and does not wait for the second
//   throw    the addon alone: the first callback throws; prints how many were called

'use strict'

const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const nodeGypBuild = require('node-gyp-build')

const [file, how] = process.argv.slice(2)
const binding = nodeGypBuild(path.join(__dirname, '..', '..'))
const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4)
const first = 'f'.repeat(300_000)
const second = 's'.repeat(250_000)

let handedOver = 0
const { follow } = binding
binding.follow = (...args) => {
  const inTime = follow(...args)
  if (inTime) handedOver++
  return inTime
}

const operations = binding.operations.split(',')

function begin(operation, ...args) {
  binding.perform(operations.indexOf(operation), ...args)
}

/** Nothing is begun on the pool until the result is called. */
function occupyPool() {
  const fifo = `${file}.fifo`
  execFileSync('mkfifo', [fifo])
  for (let i = 0; i < threads; i++) fs.open(fifo, (_, fd) => fs.closeSync(fd))
  return () => fs.openSync(fifo, fs.constants.O_RDWR)
}

function print(told) {
  process.stdout.write(JSON.stringify({ handedOver, told }))
}

function tell(promise) {
  return promise.then(
    ({ start, end }) => [start, end],
    ({ code, state }) => [code, state],
  )
}

async function record() {
  const { Recorder } = require('../..')
  const recorder = Recorder.openSync(file)
  const letGo = occupyPool()
  const failures = []
  recorder.on('error', ({ code, state }) => failures.push([code, state]))
  const one = how === 'write' ? recorder.write(first) : tell(recorder.append(first))
  const two = tell(recorder.append(second))
  letGo()
  if (how === 'early') {
    print([await one])
    return
  }
  const told = how === 'write' ? [await two, ...failures] : [await one, await two, ...failures]
  print(told)
  await recorder.close()
}

async function throwFromCallback() {
  const number = binding.createFile(file)
  await new Promise((resolve) => begin('open', number, undefined, 1, 0o600, resolve))
  const letGo = occupyPool()
  const bytes = Buffer.from('line\n')
  let called = 0
  const caught = []
  process.on('uncaughtException', ({ message }) => caught.push(message))
  process.on('exit', () => print([called, ...caught]))
  begin('write', number, bytes, 0, 5, () => {
    called++
    binding.callBack(number, () => {
      called++
      throw new Error('from the second')
    })
    throw new Error('from the first')
  })
  binding.follow(number, bytes, 0, 5, 0)
  letGo()
}

if (how === 'throw') void throwFromCallback()
else void record()
