// A door that lets somebody else act right before the coming operations of a writer: between its short write
// and what follows it, for instance. (FaultyDoor makes the short write; this stands before it.)

import type { DoorCall, FileDoor } from '../../../lib/door/door.js'
import { PassingDoor } from '../../support/passing-door.js'

type Moment = 'write' | 'truncateUnderLease' | 'erase' | 'scan'
type Act = (() => void) | null

const moments: Readonly<Record<string, Moment>> = {
  write: 'write',
  writeAndSync: 'write',
  truncateUnderLease: 'truncateUnderLease',
  erase: 'erase',
  scan: 'scan',
}

function interposed(call: DoorCall, act: () => void): DoorCall {
  return {
    performSync: () => {
      act()
      return call.performSync()
    },
    perform: (done) => {
      act()
      call.perform(done)
    },
    finishSync: () => call.finishSync(),
    finishIfOver: () => call.finishIfOver(),
    follow: () => null,
  }
}

export class InterposedDoor extends PassingDoor {
  /** What is done before the coming calls, first come first served; null: nothing. */
  readonly before: Partial<Record<Moment, Act[]>> = {}

  protected override called(real: FileDoor, name: keyof FileDoor, args: readonly unknown[]): unknown {
    if (name === 'writeSync') this.before.write?.shift()?.()
    const result = super.called(real, name, args)
    const moment = moments[name]
    const act = moment === undefined ? undefined : this.before[moment]?.shift()
    return act ? interposed(result as DoorCall, act) : result
  }
}
