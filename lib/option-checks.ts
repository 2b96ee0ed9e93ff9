// Checks that all options have in common: what is unknown or of a wrong type is refused at the call, by its name,
// before anything is opened. An option that is misspelt must not be left out in silence: `dryrun` would repair.

/** @internal The names of all options there are; the compiler tells which one is missing. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>

/** @internal As it would stand in the source: '644' is not 644. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && value !== null
    ? `an ${Array.isArray(value) ? 'array' : 'object'}`
    : String(value)
}

/**
 * @internal The options that were given. Members given as undefined count as not given.
 *
 * @param option - where these are members of an option: its name
 */
export function givenOptions<Options extends object>(
  given: Options,
  names: OptionNames<Options>,
  option?: string,
): Options {
  const value: unknown = given
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const what = option === undefined ? 'options' : `option ${option}`
    throw new TypeError(`${what}: expected an object, got ${describe(value)}`)
  }
  const members = Object.entries(given).filter(([, member]) => member !== undefined)
  const unknown = members.find(([name]) => !Object.hasOwn(names, name))?.[0]
  if (unknown === undefined) return Object.fromEntries(members) as Options
  const name = option === undefined ? unknown : `${option}.${unknown}`
  throw new TypeError(`option ${name}: not known; there are ${Object.keys(names).join(', ')}`)
}

/** @internal */
export function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (typeof value === 'string' && choices.includes(value)) return
  throw new TypeError(
    `option ${name}: expected ${choices.map((c) => `'${c}'`).join(', ')}, got ${describe(value)}`,
  )
}

/** @internal */
export function checkBoolean(name: string, value: unknown): void {
  if (typeof value !== 'boolean')
    throw new TypeError(`option ${name}: expected a boolean, got ${describe(value)}`)
}

/** @internal A whole number in [least, most]. */
export function checkInteger(name: string, value: unknown, least: number, most: number): void {
  if (typeof value !== 'number')
    throw new TypeError(`option ${name}: expected a number, got ${describe(value)}`)
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new RangeError(`option ${name}: expected a whole number from ${least} to ${most}, got ${value}`)
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
