// A door that lets every call through to the one beneath it. The doors of the tests stand on it: each overrides what it
// is there for, and passes the rest on.

import type { Door, ErrorName, FileDoor } from '../../lib/door/door.js'
import { nativeDoor } from '../../lib/door/native-door.js'

export class PassingDoor implements Door {
  readonly #beneath: Door

  constructor(beneath: Door = nativeDoor) {
    this.#beneath = beneath
  }

  nameError(errno: number): ErrorName {
    return this.#beneath.nameError(errno)
  }

  now(): number {
    return this.#beneath.now()
  }

  after(delayMs: number, keepAlive: boolean, run: () => void): () => void {
    return this.#beneath.after(delayMs, keepAlive, run)
  }

  file(path: string): FileDoor {
    const real = this.#beneath.file(path)
    return new Proxy(real, {
      get: (_, name) => {
        const member: unknown = Reflect.get(real, name, real)
        if (typeof member !== 'function') return member
        return (...args: unknown[]): unknown => this.called(real, name as keyof FileDoor, args)
      },
    })
  }

  /** What a call of a file comes to: whatever it does beneath. */
  protected called(real: FileDoor, name: keyof FileDoor, args: readonly unknown[]): unknown {
    // On the file itself, which has private members.
    return Reflect.apply(Reflect.get(real, name, real) as (...args: unknown[]) => unknown, real, args)
  }
}
