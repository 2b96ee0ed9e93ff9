// The lane: order of policies, taking over what is in flight, and what their ends may start.

import type { Completion, DoorCall, Policy } from '../../lib/door/door.js'
import { Lane, performSync, type ShortPolicy } from '../../lib/door/lane.js'

const completed: Completion = { errno: 0, syscall: '', start: 0, end: 0, detail: 0 }

/** A door on which an operation on the pool ends only when the test says so. */
class ManualDoor {
  /** What was performed, and how: `a` on the pool, `a!` on this thread, `a~` taken over from the pool. */
  readonly performed: string[] = []
  /** The pool is done with the operation in flight, and has not told yet. */
  over = false
  #done: (() => void) | null = null

  call(name: string): DoorCall {
    return {
      performSync: () => this.#note(`${name}!`),
      perform: (done) => {
        if (this.#done !== null) throw new Error('one operation at a time')
        this.#note(name)
        this.#done = () => {
          done(completed)
        }
      },
      finishSync: () => {
        if (this.#done === null) throw new Error('nothing is in flight')
        this.#done = null
        return this.#note(`${name}~`)
      },
      finishIfOver: () => {
        if (!this.over || this.#done === null) return null
        this.over = false
        this.#done = null
        return this.#note(`${name}~`)
      },
      follow: () => null,
    }
  }

  /** The pool is done with the operation in flight. */
  finish(): void {
    const done = this.#done
    if (done === null) throw new Error('nothing is in flight')
    this.#done = null
    done()
  }

  finishAll(): void {
    while (this.#done !== null) this.finish()
  }

  *policy<Result>(names: readonly string[], result: Result): Policy<Result> {
    for (const name of names) yield this.call(name)
    return result
  }

  *failing(message: string): Policy<never> {
    throw new Error(message)
  }

  #note(what: string): Completion {
    this.performed.push(what)
    return completed
  }
}

interface Setting {
  readonly door: ManualDoor
  readonly lane: Lane
  /** How the policies ended, in the order of their ends. */
  readonly ended: unknown[]
  readonly start: (...names: string[]) => void
}

function setting(): Setting {
  const door = new ManualDoor()
  const lane = new Lane()
  const ended: unknown[] = []
  const start = (...names: string[]): void => {
    lane.start(door.policy(names, names.join('')), (outcome) => ended.push(outcome))
  }
  return { door, lane, ended, start }
}

describe('on the pool', () => {
  test('policies run one after another in the order of the calls, each to its end', () => {
    const { door, ended, start } = setting()
    start('a', 'b')
    start('c')
    start('d', 'e')
    door.finishAll()
    expect(door.performed).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(ended).toEqual([{ value: 'ab' }, { value: 'c' }, { value: 'de' }])
  })

  test('a policy is given what each of its operations came to', () => {
    const door = new ManualDoor()
    const seen: number[] = []
    function* numbered(): Policy<void> {
      for (let end = 1; end <= 3; end++) {
        const completion = yield { ...door.call('n'), performSync: () => ({ ...completed, end }) }
        seen.push(completion.end)
      }
    }
    performSync(numbered())
    expect(seen).toEqual([1, 2, 3])
  })

  test('the lane is idle only when nothing runs and nothing waits', () => {
    const { door, lane, start } = setting()
    const idle = [lane.idle]
    start('a')
    start('b')
    idle.push(lane.idle)
    door.finish()
    idle.push(lane.idle)
    door.finish()
    idle.push(lane.idle)
    expect(idle).toEqual([true, false, false, true])
  })

  test('a policy that throws rejects with that error, and those behind it run', async () => {
    const { door, lane, ended, start } = setting()
    const failed = lane.run(door.failing('no'))
    start('b')
    door.finishAll()
    await expect(failed).rejects.toThrow('no')
    expect(ended).toEqual([{ value: 'b' }])
  })

  test('a settle that throws does not stop those behind it', () => {
    const { door, lane, ended, start } = setting()
    lane.start(door.policy(['a'], 0), () => {
      throw new Error('from settle')
    })
    start('b')
    expect(() => {
      door.finish()
    }).toThrow('from settle')
    door.finish()
    expect(ended).toEqual([{ value: 'b' }])
  })

  test('what a settle starts runs after what waited already', () => {
    const { door, lane, ended, start } = setting()
    lane.start(door.policy(['a'], 0), () => {
      start('c')
    })
    start('b')
    door.finishAll()
    expect(door.performed).toEqual(['a', 'b', 'c'])
    expect(ended).toEqual([{ value: 'b' }, { value: 'c' }])
  })

  test('a long row of policies that ask nothing of the door does not fill the stack', () => {
    const { door, lane, start } = setting()
    let ended = 0
    start('a')
    for (let i = 0; i < 20_000; i++) lane.start(door.policy([], i), () => ended++)
    door.finish()
    expect(ended).toBe(20_000)
  })
})

describe('going on without the event loop', () => {
  test('takes what the pool is done with, and starts what comes then on the pool', () => {
    const { door, lane, ended, start } = setting()
    start('a', 'b')
    start('c')
    door.over = true
    lane.goOn()
    expect(door.performed).toEqual(['a', 'a~', 'b'])
    door.over = true
    lane.goOn()
    expect(ended).toEqual([{ value: 'ab' }])
    door.finishAll()
    expect(door.performed).toEqual(['a', 'a~', 'b', 'b~', 'c'])
    expect(ended).toEqual([{ value: 'ab' }, { value: 'c' }])
  })

  test('does nothing while the pool is at it, and where nothing is under way', () => {
    const { door, lane, ended, start } = setting()
    lane.goOn()
    start('a')
    lane.goOn()
    expect(door.performed).toEqual(['a'])
    door.finishAll()
    expect(ended).toEqual([{ value: 'a' }])
  })
})

describe('a synchronous call', () => {
  test('takes over the operation in flight, then does what waits, then its own', () => {
    const { door, lane, ended, start } = setting()
    start('a', 'b')
    start('c')
    expect(lane.runSync(door.policy(['s'], 'sync'))).toBe('sync')
    expect(door.performed).toEqual(['a', 'a~', 'b!', 'c!', 's!'])
    expect(ended).toEqual([{ value: 'ab' }, { value: 'c' }])
    expect(lane.idle).toBe(true)
  })

  test('leaves the lane able to go on on the pool', () => {
    const { door, lane, ended, start } = setting()
    start('a')
    lane.finishSync()
    start('b')
    door.finishAll()
    expect(door.performed).toEqual(['a', 'a~', 'b'])
    expect(ended).toEqual([{ value: 'a' }, { value: 'b' }])
  })

  test('throws what its policy throws, after what came before', () => {
    const { door, lane, ended, start } = setting()
    start('a')
    expect(() => lane.runSync(door.failing('no'))).toThrow('no')
    expect(ended).toEqual([{ value: 'a' }])
    expect(lane.idle).toBe(true)
  })

  test('hands an error of a policy that it takes over to that one alone', async () => {
    const { door, lane, start } = setting()
    start('a')
    const failed = lane.run(door.failing('not yours'))
    expect(lane.runSync(door.policy(['s'], 'sync'))).toBe('sync')
    await expect(failed).rejects.toThrow('not yours')
  })

  test('also finishes what the ends of others start', () => {
    const { door, lane, ended, start } = setting()
    lane.start(door.policy(['a'], 0), () => {
      start('b')
    })
    lane.finishSync()
    expect(door.performed).toEqual(['a', 'a~', 'b!'])
    expect(ended).toEqual([{ value: 'b' }])
  })

  test('does not give to the pool what it starts itself', () => {
    const { door, lane, ended, start } = setting()
    start('a')
    lane.finishSync(() => {
      start('b', 'c')
    })
    expect(door.performed).toEqual(['a', 'a~', 'b!', 'c!'])
    expect(ended).toEqual([{ value: 'a' }, { value: 'bc' }])
    expect(lane.idle).toBe(true)
  })

  test.each([
    [
      'on the pool',
      ({ door }: Setting): void => {
        door.finishAll()
      },
    ],
    [
      'in a takeover',
      ({ lane }: Setting): void => {
        lane.finishSync()
      },
    ],
  ])('from a settle that is called %s finishes first what waits', (_, finish) => {
    const { door, lane, ended, start } = setting()
    lane.start(door.policy(['a'], 0), () => {
      ended.push(lane.runSync(door.policy(['s'], 'sync')))
    })
    start('b')
    start('c')
    finish({ door, lane, ended, start })
    expect(ended).toEqual([{ value: 'b' }, { value: 'c' }, 'sync'])
    expect(door.performed.at(-1)).toBe('s!')
    expect(lane.idle).toBe(true)
  })
})

describe('a policy with a short way', () => {
  interface Way {
    /** There is one: nothing has to come before its operation. */
    readonly begins?: boolean
    /** What its operation came to is plainly good. */
    readonly good?: boolean
  }

  /** A short way by `s`; the policy performs `p` and gives what it was told of `s`. */
  function shortWay(door: ManualDoor, { begins = true, good = true }: Way): ShortPolicy<string> {
    return {
      begin: () => (begins ? door.call('s') : null),
      take: () => (good ? 'short' : null),
      *policy(first) {
        yield door.call('p')
        return first === null ? 'from the start' : 'behind its operation'
      },
    }
  }

  const ways: [string, Way, string[], string][] = [
    ['whose operation is plainly good is over with it', {}, ['s'], 'short'],
    ['goes on behind an operation that is not', { good: false }, ['s', 'p'], 'behind its operation'],
    ['is run as a whole where something comes before it', { begins: false }, ['p'], 'from the start'],
  ]

  test.each(ways)('%s', (_, way, performed, value) => {
    const { door, lane, ended, start } = setting()
    lane.startShort(shortWay(door, way), (outcome) => ended.push(outcome))
    start('b')
    door.finishAll()
    expect(door.performed).toEqual([...performed, 'b'])
    expect(ended).toEqual([{ value }, { value: 'b' }])
  })

  test.each(ways)('%s, also when it is finished on this thread', (_, way, [first = '', ...then], value) => {
    const { door, lane, ended } = setting()
    lane.startShort(shortWay(door, way), (outcome) => ended.push(outcome))
    lane.finishSync()
    expect(door.performed).toEqual([first, `${first}~`, ...then.map((name) => `${name}!`)])
    expect(ended).toEqual([{ value }])
  })

  test('that throws while it judges ends in that error, and those behind it run', () => {
    const { door, lane, ended, start } = setting()
    const take = (): never => {
      throw new Error('no')
    }
    lane.startShort({ ...shortWay(door, {}), take }, (outcome) => ended.push(outcome))
    start('b')
    door.finishAll()
    expect(ended).toEqual([{ error: new Error('no') }, { value: 'b' }])
  })
})
