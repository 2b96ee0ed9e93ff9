// What is thrown outside of the call in which it came up: by a microtask that does nothing else.

import { afterTest } from './after-test.js'

/** From now on microtasks set by hand do not run by themselves; the function that is given runs them. */
export function catchLater(): () => void {
  const set: (() => void)[] = []
  const spy = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
    set.push(task)
  })
  afterTest(() => {
    spy.mockRestore()
  })
  return () => {
    spy.mockRestore()
    for (const task of set.splice(0)) task()
  }
}
