// What is asked of the file itself (src/core/status.h): how large it is, which one, and whether its path leads to it.

import { instant, type CoreFile } from './core-file.js'
import { done, type Steps } from './steps.js'

const mode = 0o600

export function size(file: CoreFile): Steps {
  return instant(file, 'stat', ({ bytes }) => done(0, bytes.length, mode))
}

export function leadsTo(file: CoreFile): Steps {
  const { world, path } = file
  return instant(file, 'stat', (inode) =>
    done(0, inode.bytes.length, world.files.get(path) === inode ? 1 : 0),
  )
}

export function identify(file: CoreFile, into: Uint8Array): Steps {
  return instant(file, 'stat', ({ id }) => done(0, Buffer.from(`1:${id}`).copy(into)))
}

export function nameFileSystem(file: CoreFile, into: Uint8Array): Steps {
  return instant(file, 'none', () => done(0, Buffer.from('ext4').copy(into)))
}
