// stress.cjs: the raw binding under everything that a program may do to it at once. It is run with an
// addon built with a sanitizer (scripts/test-sanitized.mjs), whose reports are the result, and checks that
// every range holds its bytes all the same.
//
//   node --expose-gc stress.cjs ADDON [ROUNDS]

const assert = require('node:assert/strict')
const crypto = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { setTimeout: pause } = require('node:timers/promises')
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')

const addon = isMainThread ? path.resolve(process.argv[2]) : workerData.addon
const rounds = Number(process.argv[3] ?? 100)
const binding = require(addon)

const CREATE = 1
// Places in binding.numbers.
const [ERRNO, START, END, FILE, FIRST, SECOND, OPERATION] = [0, 2, 3, 5, 6, 7, 8]
// Places in binding.lineNumbers.
const [OFFSET, LENGTH, CONTENT, ENCODED] = [0, 1, 2, 3]

function range() {
  return { start: binding.numbers[START], end: binding.numbers[END] }
}

const operations = binding.operations.split(',')

/** On the pool. */
function begin(operation, ...args) {
  binding.perform(operations.indexOf(operation), ...args)
}

function performAny(operation, file, bytes, first, second) {
  binding.numbers[FILE] = file
  binding.numbers[FIRST] = first
  binding.numbers[SECOND] = second
  binding.numbers[OPERATION] = operations.indexOf(operation)
  binding.performSync(bytes)
}

function outcome() {
  assert.equal(binding.numbers[ERRNO], 0)
  return range()
}

/** On this thread, and it succeeds. */
function perform(operation, ...args) {
  performAny(operation, ...args)
  assert.equal(binding.numbers[ERRNO], 0)
}

function openFile(name) {
  const file = binding.createFile(name)
  perform('open', file, undefined, CREATE, 0o600)
  return file
}

function record(writer, index) {
  return Buffer.from(JSON.stringify({ writer, index, filler: 'x'.repeat((index * 37) % 300) }) + '\n')
}

function writeSync(file, bytes) {
  perform('write', file, bytes, 0, bytes.length)
  return range()
}

function write(file, bytes) {
  return new Promise((resolve) => {
    begin('write', file, bytes, 0, bytes.length, () => resolve(outcome()))
  })
}

function checkRanges(name, written) {
  const content = fs.readFileSync(name)
  for (const { start, end, bytes } of written) assert.deepEqual(content.subarray(start, end), bytes)
}

/** Pool calls, synchronous calls behind them, and pool calls that are finished on this thread. */
async function mixCalls(name) {
  const file = openFile(name)
  const written = []
  for (let i = 0; i < 600; i++) {
    const bytes = record(name.length, i)
    if (i % 3 === 0) written.push({ bytes, ...writeSync(file, bytes) })
    if (i % 3 === 1) written.push({ bytes, ...(await write(file, bytes)) })
    if (i % 3 === 2) {
      begin('write', file, bytes, 0, bytes.length, () => assert.fail('finished here, so never called'))
      if (i % 2 === 0) perform('size', file, undefined, 0, 0) // takes turns with it
      assert.equal(binding.finishSync(file), 0)
      written.push({ bytes, ...range() })
    }
  }
  checkRanges(name, written)
  const bytes = written.reduce((sum, one) => sum + one.bytes.length, 0)
  assert.equal(fs.statSync(name).size, bytes) // nothing was written twice
  perform('close', file, undefined, 0, 0)
  binding.releaseFile(file)
}

/** What came of the first write of the file that nobody has heard of: asked for in one of three ways. */
async function hear(file, called, way) {
  if (way === 0 || (way === 1 && binding.finishIfOver(file))) {
    if (way === 0) binding.finishSync(file)
    return outcome()
  }
  return called
}

/** Large enough for the next to be handed over before the pool is done with one. */
const large = Array.from({ length: 8 }, (_, i) => Buffer.concat([Buffer.alloc(500_000, 'l'), record(0, i)]))

function largeRecord(row, i) {
  return large[(row + i) % large.length]
}

/** Writes that came in time to follow another. */
let inTime = 0

/** Writes that follow one another on one pool thread, as many as it takes. */
async function chain(file, row, written) {
  let current = largeRecord(row, 0)
  let called = write(file, current)
  for (let i = 1; ; i++) {
    const next = largeRecord(row, i)
    const expected = written.at(-1)?.end ?? 0
    const follows = binding.follow(file, next, 0, next.length, expected)
    const heard = await hear(file, called, row % 2 === 0 ? 0 : i % 3)
    assert.equal(heard.start, expected)
    written.push({ bytes: current, ...heard })
    if (!follows) return
    inTime++
    current = next
    called = binding.finishIfOver(file)
      ? outcome()
      : new Promise((resolve) => binding.callBack(file, () => resolve(outcome())))
    if (called instanceof Promise) continue
    written.push({ bytes: current, ...called })
    return
  }
}

/** One that is not where it was expected is followed by nothing. */
function followElsewhere(file, written) {
  const bytes = largeRecord(0, 0)
  begin('write', file, bytes, 0, bytes.length, () => assert.fail('finished here'))
  const follows = binding.follow(file, bytes, 0, bytes.length, written.at(-1).end + 1)
  assert.equal(binding.finishSync(file), 0)
  written.push({ bytes, ...range() })
  if (follows) assert.equal(binding.finishSync(file), os.constants.errno.ECANCELED)
}

async function chainWrites(name) {
  const file = openFile(name)
  const written = []
  for (let row = 0; row < 8; row++) {
    await chain(file, row, written)
    followElsewhere(file, written)
  }
  checkRanges(name, written)
  assert.equal(fs.statSync(name).size, written.at(-1).end) // nothing was written twice
  perform('close', file, undefined, 0, 0)
  binding.releaseFile(file)
}

/** Files that are let go of with two writes in flight, of which the second is never asked about. */
async function releaseChains(folder) {
  const name = path.join(folder, 'released-chains')
  let [called, followed] = [0, 0]
  for (let i = 0; i < 300; i++) {
    if (i % 50 === 0) occupyPool()
    const file = openFile(name)
    const bytes = new Uint8Array(20_000).fill(0x79)
    const end = fs.statSync(name).size
    begin('write', file, bytes, 0, bytes.length, () => called++)
    if (binding.follow(file, bytes, 0, bytes.length, end)) followed++
    if (i % 3 === 0) binding.releaseFile(file)
    else await new Promise((resolve) => setImmediate(resolve))
    if (i % 3 === 1) binding.releaseFile(file)
    if (i % 50 === 49) globalThis.gc?.()
  }
  while (called < 300) await pause(1)
  assert.ok(followed > 100)
  assert.ok(fs.readFileSync(name).every((byte) => byte === 0x79))
}

/** Gives every thread of the pool something to do, so that what is queued next waits. */
function occupyPool() {
  for (let i = 0; i < 4; i++) crypto.pbkdf2('', '', 60_000, 64, 'sha512', () => undefined)
}

/** Files that are let go, or closed, before a pool thread comes to them; nobody else holds their bytes. */
async function releaseInFlight(folder) {
  const name = path.join(folder, 'released')
  let [called, written] = [0, 0]
  const done = () => {
    called++
    written += binding.numbers[END] - binding.numbers[START]
  }
  for (let i = 0; i < 200; i++) {
    if (i % 20 === 0) occupyPool()
    const file = openFile(name)
    const bytes = new Uint8Array(50_000).fill(0x78) // memory of its own, which the collector frees
    begin('write', file, bytes, 0, bytes.length, done)
    if (i % 8 === 0) performAny('close', file, undefined, 0, 0)
    binding.releaseFile(file)
    const other = openFile(name)
    assert.throws(() => performAny('size', file, undefined, 0, 0), /no such file/)
    binding.releaseFile(other)
    if (i % 20 === 19) globalThis.gc?.()
  }
  while (called < 200) await pause(1)
  const content = fs.readFileSync(name)
  assert.equal(content.length, written)
  assert.ok(content.every((byte) => byte === 0x78))
}

// Of src/core/text_line.h.
const ANYTHING = 1
const JSON_VALUE = 2
const behindLine = 32

/** What a line is made in; with memory of its own, so that writing or reading on is seen. */
function aim(target, length, content) {
  binding.lineTarget(target)
  binding.lineNumbers[OFFSET] = 0
  binding.lineNumbers[LENGTH] = length
  binding.lineNumbers[CONTENT] = content
}

/** The text as the addon encodes it, if it is a line. */
function lineOf(text, content, room, encode = 'encodeLine') {
  const target = new Uint8Array(room)
  aim(target, text.length, content)
  binding[encode](text)
  const length = binding.lineNumbers[ENCODED]
  return length < 0 ? null : Buffer.from(target.subarray(0, length))
}

/** Texts and bytes of every length that is near to one that matters. */
function makeLines() {
  const around = [0, 16, 32, 64, 256, 4096, binding.wideMost]
  const lengths = around.flatMap((length) => [-3, -2, -1, 0, 1, 2, 3].map((more) => length + more))
  for (const length of lengths.filter((length) => length >= 2)) {
    for (const character of ['a', 'é', '€', '\ufffd', '\n', '\ud800']) {
      const text = `"${character.repeat(length - 2)}"`
      const bytes = Buffer.from(text)
      const isLine = !/[\n\ud800]/.test(text)
      const doubtful = /\ufffd/.test(text)
      for (const content of [ANYTHING, JSON_VALUE]) {
        const encoded = lineOf(text, content, bytes.length + behindLine)
        assert.deepEqual(encoded, isLine && !doubtful ? bytes : null)
        assert.equal(lineOf(text, content, bytes.length + behindLine - 1), null)
        const wide = lineOf(text, content, 4 * length + 64, 'encodeWideLine')
        assert.deepEqual(wide, isLine && length <= binding.wideMost ? bytes : null)
        assert.equal(lineOf(text, content, 4 * length + 63, 'encodeWideLine'), null)
        const there = new Uint8Array(bytes.length + behindLine)
        there.set(bytes)
        aim(there, bytes.length, content)
        assert.equal(binding.isLine(), !/[\n]/.test(text))
      }
    }
  }
}

function callBackOrNow(file, done) {
  if (binding.finishIfOver(file)) done()
  else binding.callBack(file, done)
}

/** What a worker does until it is terminated: appends by pool and here, to a file of its own and a shared one. */
async function work({ shared, own }) {
  const files = [openFile(shared), openFile(own)]
  const ends = files.map(() => 0)
  parentPort.postMessage('ready')
  for (let i = 0; ; i++) {
    const bytes = record(1, i)
    const line = bytes.toString('utf8', 0, bytes.length - 1)
    assert.deepEqual(lineOf(line, JSON_VALUE, line.length + behindLine), bytes.subarray(0, -1))
    const both = files.map((file) => write(file, bytes))
    const follow = files.map((file, at) => binding.follow(file, bytes, 0, bytes.length, ends[at]))
    if (i % 4 === 0) binding.finishSync(files[0])
    else await both[0]
    await both[1]
    for (const [at, file] of files.entries()) {
      if (follow[at] && i % 2 === 0) await new Promise((resolve) => callBackOrNow(file, resolve))
      else if (follow[at]) binding.finishSync(file)
      perform('size', file, undefined, 0, 0)
      ends[at] = binding.numbers[END]
    }
    ends[i % 2] = writeSync(files[i % 2], bytes).end
    if (i % 50 === 0) await new Promise((resolve) => begin('sync', files[1], undefined, 0, 0, resolve))
    if (i % 20 === 0) binding.releaseFile(openFile(own))
  }
}

async function terminateOne(folder, index) {
  const paths = { shared: path.join(folder, 'shared'), own: path.join(folder, `own-${index % 8}`) }
  const worker = new Worker(path.join(__dirname, 'stress.cjs'), { workerData: { addon, ...paths } })
  await new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  await pause(Math.random() * 12)
  await worker.terminate()
}

async function terminateWorkers(folder) {
  const lanes = [0, 1, 2].map(async (lane) => {
    for (let i = lane; i < rounds; i += 3) await terminateOne(folder, i)
  })
  await Promise.all(lanes)
  // No thread dies inside write(2): whatever was terminated when, each line is whole.
  const lines = fs.readFileSync(path.join(folder, 'shared'), 'utf8').split('\n')
  assert.equal(lines.pop(), '')
  for (const line of lines) JSON.parse(line)
  return lines.length
}

async function main() {
  const folder = fs.mkdtempSync(path.join(process.env.TMPDIR ?? os.tmpdir(), 'wholeline-stress-'))
  process.once('exit', () => fs.rmSync(folder, { recursive: true }))
  const names = ['a', 'bb', 'ccc', 'dddd'].map((name) => path.join(folder, name))
  await Promise.all([...names.map(mixCalls), releaseInFlight(folder)])
  await Promise.all([...names.map((name) => chainWrites(`${name}-chain`)), releaseChains(folder)])
  assert.ok(inTime > 32, `${inTime} writes followed another`) // so that some rows are long
  makeLines()
  const lines = await terminateWorkers(folder)
  console.log(`stress: ${rounds} workers terminated, ${lines} lines whole, ${inTime} writes followed another`)
  // The process ends with an operation in flight.
  begin('write', openFile(names[0]), record(0, 0), 0, 10, () => undefined)
  process.exit()
}

if (isMainThread) void main()
else void work(workerData)
