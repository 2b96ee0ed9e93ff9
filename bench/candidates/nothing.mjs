// Nothing: what measuring by itself shows, where a call comes after a pause.

export function open() {
  return {
    write: () => true,
    finish: () => {},
  }
}

/** Nothing is in any file. */
export const writesNothing = true
