// Checks that the options of readers, followers and checks have in common: what is of a wrong type is refused at the
// call, by its name, before anything is opened.

function describe(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'object' && value !== null
    ? `an ${Array.isArray(value) ? 'array' : 'object'}`
    : String(value)
}

/** @internal Options as a whole; `undefined` was replaced by the default before. */
export function checkOptions(value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return
  throw new TypeError(`options: expected an object, got ${describe(value)}`)
}

/** @internal undefined: not given. */
export function checkFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return
  throw new TypeError(`option ${name}: expected a function, got ${describe(value)}`)
}

/** @internal undefined: not given. Told by what it can do, for each realm has an AbortSignal of its own. */
export function checkSignal(value: unknown): void {
  if (value === undefined) return
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return
  throw new TypeError(`option signal: expected an AbortSignal, got ${describe(value)}`)
}

/** @internal What to do about damage: a word or a function. */
export function checkOnDamage(value: unknown): void {
  if (value === 'throw' || value === 'skip' || value === 'salvage' || typeof value === 'function') return
  throw new TypeError(
    `option onDamage: expected 'throw', 'skip', 'salvage' or a function, got ${describe(value)}`,
  )
}
