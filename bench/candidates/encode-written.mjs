// The least that plain Node can do without blocking: lines encoded into one Buffer while fs.write writes the other.
// No checks, no range, no rollback, no bound but the Buffer's size.

import { closeSync, openSync, write } from 'node:fs'

const LF = 0x0a
const capacity = 1024 * 1024
const resolved = Promise.resolve()

export function open(path) {
  const fd = openSync(path, 'a', 0o600)
  let filling = Buffer.alloc(capacity)
  let other = Buffer.alloc(capacity)
  let length = 0
  let busy = false
  let tellIdle = () => {}

  function start() {
    if (length === 0) {
      busy = false
      tellIdle()
      return
    }
    const [bytes, given] = [filling, length]
    filling = other
    other = bytes
    length = 0
    write(fd, bytes, 0, given, null, (error, written) => {
      if (error !== null || written !== given) throw error ?? new Error('a short write')
      start()
    })
  }

  async function drained() {
    if (busy) await new Promise((resolve) => (tellIdle = resolve))
  }

  return {
    write: (line) => {
      length += filling.write(line, length, capacity - length, 'utf8')
      filling[length++] = LF
      if (!busy) {
        busy = true
        void resolved.then(start)
      }
      return length < capacity / 2
    },
    drained,
    finish: async () => {
      await drained()
      closeSync(fd)
    },
  }
}
