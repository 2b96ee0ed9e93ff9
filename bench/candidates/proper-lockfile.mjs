// proper-lockfile around fs.appendFile: how several processes are usually kept apart.

import { closeSync, openSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { lock } from 'proper-lockfile'

export function open(path) {
  closeSync(openSync(path, 'a', 0o600)) // what is locked must be there
  return {
    append: async (line, ended) => {
      const release = await lock(path, { retries: { retries: 1000, minTimeout: 1, maxTimeout: 5 } })
      try {
        await appendFile(path, ended)
      } finally {
        await release()
      }
    },
    finish: () => {},
  }
}
