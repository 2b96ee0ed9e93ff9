// better-sqlite3: a table of one text column, in WAL mode, each record a transaction of its own; `grouped`: what
// is in flight at once is one transaction.

import Database from 'better-sqlite3'

export function open(path, { synchronous = 'OFF', grouped = false }) {
  const database = new Database(path)
  database.pragma('journal_mode = WAL')
  database.pragma(`synchronous = ${synchronous}`)
  database.exec('CREATE TABLE records (line TEXT NOT NULL)')
  const insert = database.prepare('INSERT INTO records VALUES (?)')
  const insertAll = database.transaction((lines) => {
    for (const line of lines) insert.run(line)
  })
  return {
    appendSync: (bytes) => insert.run(bytes.latin1Slice(0, bytes.length - 1)),
    write: (line) => {
      insert.run(line)
    },
    append: (line) => {
      insert.run(line)
    },
    ...(grouped && { appendGroup: (lines) => insertAll(lines) }),
    finish: () => {
      database.close()
    },
  }
}

export function* readBack(path) {
  const database = new Database(path, { readonly: true })
  try {
    for (const { line } of database.prepare('SELECT line FROM records ORDER BY rowid').iterate()) yield line
  } finally {
    database.close()
  }
}
