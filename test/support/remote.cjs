// One open AppendFile, Recorder or PlainFile in a process of its own, driven over IPC: for limits, users and locks
// that must not be those of the test.

'use strict'

const types = { ...require('../..'), ...require('./plain-file.cjs') }

let target = null
const events = []

const errorFields = [
  'name',
  'message',
  'code',
  'errno',
  'kind',
  'syscall',
  'path',
  'range',
  'requested',
  'state',
  'rollback',
  'retryable',
  'unsyncedFrom',
]

function describeError(error) {
  return Object.fromEntries(errorFields.map((field) => [field, error[field]]))
}

function settle(action) {
  try {
    const value = action()
    if (typeof value?.then !== 'function') return Promise.resolve({ value })
    return value.then(
      (resolved) => ({ value: resolved }),
      (error) => ({ error: describeError(error) }),
    )
  } catch (error) {
    return Promise.resolve({ error: describeError(error) })
  }
}

function perform([method, ...args]) {
  const member = target[method]
  return typeof member === 'function' ? member.apply(target, args) : member
}

const requests = {
  async open({ type, method, path, options, listen }) {
    const opened = await settle(() => types[type][method](path, options))
    if (opened.error !== undefined) return [opened]
    target = opened.value
    for (const event of listen) {
      target.on(event, (detail) => {
        events.push([event, detail instanceof Error ? describeError(detail) : detail])
      })
    }
    return [{ value: null }]
  },
  // All calls begin in one turn of the event loop.
  calls: ({ calls }) => Promise.all(calls.map((call) => settle(() => perform(call)))),
  events: () => [{ value: events.splice(0) }],
}

process.on('message', (message) => {
  Promise.resolve(requests[message.request](message)).then((answers) => process.send(answers))
})
process.send('ready')
