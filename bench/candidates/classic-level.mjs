// classic-level (LevelDB): the number of a record is its key.

import { ClassicLevel } from 'classic-level'

const options = { keyEncoding: 'utf8', valueEncoding: 'utf8' }

export async function open(path, { sync = false, grouped = false }) {
  const database = new ClassicLevel(path, options)
  await database.open()
  let next = 0
  const key = () => String(next++).padStart(12, '0')
  const putAll = (lines) =>
    database.batch(
      lines.map((value) => ({ type: 'put', key: key(), value })),
      { sync },
    )
  return {
    append: (line) => database.put(key(), line, { sync }),
    ...(grouped && { appendGroup: putAll }),
    finish: () => database.close(),
  }
}

export async function* readBack(path) {
  const database = new ClassicLevel(path, options)
  try {
    for await (const line of database.values()) yield line
  } finally {
    await database.close()
  }
}
