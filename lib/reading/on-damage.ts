// What the caller of a reader wants done about a damaged line. One place for readRecords and followRecords, so that
// both understand an answer in the same way.

import type { Damage } from '../damage/damage.js'
import { DamageError } from '../damage/damage-error.js'

/** What is done about a damaged line: end with a DamageError, leave it out, or deliver its whole records. */
export type DamageAction = 'throw' | 'skip' | 'salvage'

/**
 * One action for all damage; or a function that is told of each damaged line before its records are delivered, and
 * returns what to do about that one. Whatever else it returns, nothing too, means `skip`. A promise is waited for.
 */
export type OnDamage =
  | DamageAction
  | ((damage: Damage) => DamageAction | undefined | Promise<DamageAction | undefined>)
  | ((damage: Damage) => void | Promise<void>)

/** Are the records of the damaged line to be delivered? Throws DamageError where the caller wants that. */
export async function isWanted(onDamage: OnDamage, path: string, damage: Damage): Promise<boolean> {
  // The value is whole, and nobody wants to lose it.
  const whole = damage.kind === 'missing-newline'
  const asked = typeof onDamage === 'function' ? await onDamage(damage) : whole ? 'salvage' : onDamage
  if (asked === 'throw') throw new DamageError(path, damage)
  return whole || asked === 'salvage'
}
