// What a reader gives of a file, gathered.

import { readRecords, type Damage, type FoundRecord, type ReadRecordsOptions } from '../../lib/index.js'

export async function recordsOf(path: string, options: ReadRecordsOptions = {}): Promise<FoundRecord[]> {
  const records: FoundRecord[] = []
  for await (const record of readRecords(path, options)) records.push(record)
  return records
}

/** All that is to be had of a damaged file, and what is wrong with it. */
export async function salvagedFrom(
  path: string,
  options: ReadRecordsOptions = {},
): Promise<{ records: FoundRecord[]; damage: Damage[] }> {
  const damage: Damage[] = []
  const onDamage = (one: Damage): 'salvage' => {
    damage.push(one)
    return 'salvage'
  }
  return { records: await recordsOf(path, { ...options, onDamage }), damage }
}

/** What was given before it failed, and with what. */
export async function readUntilFailure(
  path: string,
  options: ReadRecordsOptions = {},
): Promise<{ records: FoundRecord[]; failure: unknown }> {
  const records: FoundRecord[] = []
  try {
    for await (const record of readRecords(path, options)) records.push(record)
  } catch (failure) {
    return { records, failure }
  }
  return { records, failure: null }
}
