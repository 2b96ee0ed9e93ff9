// What every operation on a simulated file stands on: the file as one process has it open, the world it is in, and what
// is broken on purpose.

import type { Completion } from '../../../lib/door/door.js'
import type { BrokenCore } from '../broken-core.js'
import type { Process } from '../process.js'
import type { Inode, Open, World } from '../world.js'
import { failed, type Steps } from './steps.js'

export class CoreFile {
  readonly path: string
  readonly world: World
  readonly process: Process
  readonly broken: BrokenCore
  /** null: not opened yet. */
  open: Open | null = null

  constructor(path: string, world: World, process: Process, broken: BrokenCore) {
    this.path = path
    this.world = world
    this.process = process
    this.broken = broken
  }

  get opened(): Open {
    if (this.open === null) throw new Error('not open')
    return this.open
  }

  /** What the plan does to this system call; 0: nothing. */
  errnoFor(call: string): number {
    return this.world.faults.errnoFor(call)
  }

  note(text: string): void {
    this.world.note(`actor ${this.process.actor} ${text}`)
  }
}

/** An operation that is one system call; 'none': one that cannot fail. */
export function* instant(file: CoreFile, call: string, run: (inode: Inode, open: Open) => Completion): Steps {
  yield
  const errno = call === 'none' ? 0 : file.errnoFor(call)
  if (errno !== 0) return failed(call, errno)
  const { opened } = file
  return run(opened.inode, opened)
}
