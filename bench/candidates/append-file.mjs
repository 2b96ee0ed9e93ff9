// wholeline's AppendFile: the exact primitive.

import { AppendFile } from '../../dist/index.js'

export function open(path) {
  const file = AppendFile.openSync(path)
  return {
    appendSync: (bytes) => file.appendSync(bytes),
    write: (line, ended) => {
      file.appendSync(ended)
    },
    finish: () => file.close(),
  }
}
