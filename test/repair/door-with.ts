// Something that happens right before a certain call of the native door.

import type { FileDoor } from '../../lib/door/door.js'
import { WatchedDoor } from '../support/watched-door.js'

/** The native door; `happen` comes right before each call of that name. */
export function doorWith(name: keyof FileDoor, happen: () => void): WatchedDoor {
  const door = new WatchedDoor()
  const plain = door.file.bind(door)
  door.file = (path) =>
    new Proxy(plain(path), {
      get: (target, member) => {
        const found: unknown = Reflect.get(target, member, target)
        if (member === name) happen()
        return typeof found === 'function' ? (found.bind(target) as unknown) : found
      },
    })
  return door
}
