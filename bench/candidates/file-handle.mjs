// FileHandle.appendFile, one after another: several at once would not keep their order.

import { open as openFile } from 'node:fs/promises'

export async function open(path, { sync = false }) {
  const file = await openFile(path, 'a', 0o600)
  let last = Promise.resolve()
  async function append(data) {
    await file.appendFile(data)
    if (sync) await file.datasync()
  }
  return {
    append: (line, ended) => {
      last = last.then(() => append(ended))
      return last
    },
    finish: () => file.close(),
  }
}
