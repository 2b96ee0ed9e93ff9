// A program may have loaded the package more than once: a registry of modules that was cleared, two places where it is
// installed. An error is an instance of the class of its name in each of them, or its caller would not know it.

/** Whether a value is marked: by the class that is asked, or by the same class of another copy. */
function isMarked(mark: symbol, value: unknown): boolean {
  return typeof value === 'object' && value !== null && mark in value
}

/** Marks the instances of a class, so that they are instances of the class with the same mark in any copy. */
export function shareWithCopies(own: new (...given: never[]) => Error, name: string): void {
  const mark = Symbol.for(`wholeline.${name}`)
  Object.defineProperty(own.prototype, mark, { value: true })
  Object.defineProperty(own, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      // A class that extends it is asked for: that one is no copy's.
      return this === own ? isMarked(mark, value) : Function.prototype[Symbol.hasInstance].call(this, value)
    },
  })
}
