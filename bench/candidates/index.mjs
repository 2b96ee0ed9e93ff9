// The candidates by name: how each is called in tables, what it is, and which file drives it.
//
// An adapter's `open(path, options)` gives what it can do of the following:
//   appendSync(bytes)        one append of a record with its LF, done when the call returns
//   write(line, ended)       gives a record without and with its LF; false: wait for `drained()`
//   writeObject(item)        the same for an object: { full, bare }, see records.mjs
//   append(line, ended)      a promise of one append, or undefined where it is done at the return
//   appendGroup(lines)       several records acknowledged at once
//   finish()                 all that was given is in the file, and it is closed
// `readBack(path)` gives the records of what is no file of lines; `matches(line, expected)` compares where the
// candidate writes records in a form of its own; `writesNothing`: there are no records to look at.

/** limit: bare calls; ours; plain: Node alone; peer: another package. */
export const candidates = {
  'native-append': { label: 'C++ write+lseek', kind: 'limit', native: 'append_each' },
  'native-append-threads': {
    label: 'C++ write+lseek, in a process with threads',
    kind: 'limit',
    native: 'append_each',
    arguments: ['4'],
  },
  'append-addon': {
    label: 'write+lseek by an addon that does nothing else',
    kind: 'limit',
    file: 'append-addon',
  },
  'append-addon-looking': {
    label: 'write+lseek+pread by an addon that does nothing else',
    kind: 'limit',
    file: 'append-addon',
    options: { looking: true },
  },
  'synced-addon': {
    label: 'write+lseek+fdatasync on the pool by an addon that does nothing else, and promises',
    kind: 'limit',
    file: 'synced-addon',
  },
  'native-batches': { label: 'C++ 64 KiB batches', kind: 'limit', native: 'append_batches' },
  'native-batches-handed': {
    label: 'C++ 64 KiB batches, handed to a thread and back',
    kind: 'limit',
    native: 'append_batches',
    arguments: ['handed-over', '64'],
  },
  'native-batches-handed-512': {
    label: 'C++ 512 KiB batches, handed to a thread and back',
    kind: 'limit',
    native: 'append_batches',
    arguments: ['handed-over', '512'],
  },
  'batching-addon': {
    label: 'text copied, 512 KiB batches handed to a thread, by an addon that does nothing else',
    kind: 'limit',
    file: 'batching-addon',
  },
  'native-synced': { label: 'C++ write+fdatasync', kind: 'limit', native: 'append_synced', arguments: ['1'] },
  'native-group': {
    label: 'C++ 64 writes in one, fdatasync',
    kind: 'limit',
    native: 'append_synced',
    arguments: ['64'],
  },
  'native-group-handed': {
    label: 'C++ the same, handed to a thread and back',
    kind: 'limit',
    native: 'append_synced',
    arguments: ['64', 'handed-over'],
  },
  'native-synced-handed': {
    label: 'C++ the same, handed to a thread and back',
    kind: 'limit',
    native: 'append_synced',
    arguments: ['1', 'handed-over'],
  },
  'native-synced-over': {
    label: 'C++ pwrite+fdatasync over space that the file has',
    kind: 'limit',
    native: 'append_synced',
    arguments: ['1', 'written-over'],
    writesNothing: true,
  },
  'native-group-over': {
    label: 'C++ 64 writes in one, fdatasync, over space that the file has',
    kind: 'limit',
    native: 'append_synced',
    arguments: ['64', 'written-over'],
    writesNothing: true,
  },
  'native-processes': {
    label: 'C++ write+lseek',
    kind: 'limit',
    native: 'append_processes',
    arguments: ['plain'],
  },
  'native-processes-looking': {
    label: 'C++ write+lseek+pread, with threads',
    kind: 'limit',
    native: 'append_processes',
    arguments: ['looking'],
  },
  'native-copy-paused': {
    label: 'C++ memcpy, not written',
    kind: 'limit',
    native: 'copy_paused',
    writesNothing: true,
  },
  nothing: { label: 'two readings of the clock, nothing between', kind: 'limit', file: 'nothing' },
  encode: { label: 'Buffer.write, not written', kind: 'limit', file: 'encode' },
  'encode-kept': {
    label: 'Buffer.write into Buffers that are kept, not written',
    kind: 'limit',
    file: 'encode-kept',
  },
  'encode-written': {
    label: 'Buffer.write into one Buffer while fs.write writes the other',
    kind: 'limit',
    file: 'encode-written',
  },
  'open-and-read': { label: 'fs.openSync and the last 64 KiB read', kind: 'limit' },
  addon: { label: 'the addon alone', kind: 'limit' },
  'empty-package': { label: 'an empty package', kind: 'limit' },
  stringify: { label: 'JSON.stringify + Buffer.from, not written', kind: 'limit', file: 'stringify' },
  append: { label: 'wholeline AppendFile.appendSync', kind: 'ours', file: 'append-file' },
  'record-sync': {
    label: 'wholeline Recorder.appendLineSync, lines not checked',
    kind: 'ours',
    file: 'recorder',
  },
  record: { label: 'wholeline Recorder.writeLine, lines not checked', kind: 'ours', file: 'recorder' },
  'record-checked': {
    label: 'wholeline Recorder.writeLine, lines checked',
    kind: 'ours',
    file: 'recorder',
    options: { validateLines: true },
  },
  'record-this-thread': {
    label: "wholeline Recorder.writeLine, lines not checked, flushMode 'sync'",
    kind: 'ours',
    file: 'recorder',
    options: { flushMode: 'sync' },
  },
  'record-durable': {
    label: "wholeline Recorder.appendLine, lines not checked, fsync 'always'",
    kind: 'ours',
    file: 'recorder',
    options: { fsync: 'always' },
  },
  'fs-write': { label: 'fs.writeSync', kind: 'plain', file: 'fs-write-sync' },
  'fs-write-fstat': {
    label: 'fs.writeSync + fs.fstatSync',
    kind: 'plain',
    file: 'fs-write-sync',
    options: { range: true },
  },
  'fs-append': { label: 'fs.appendFileSync', kind: 'plain', file: 'fs-append-file-sync' },
  'file-handle': { label: 'FileHandle.appendFile', kind: 'plain', file: 'file-handle' },
  'file-handle-durable': {
    label: 'FileHandle.appendFile + datasync',
    kind: 'plain',
    file: 'file-handle',
    options: { sync: true },
  },
  'write-stream-1mib': {
    label: 'fs.createWriteStream, highWaterMark 1 MiB',
    kind: 'plain',
    file: 'write-stream',
    options: { highWaterMark: 1024 * 1024 },
  },
  'write-stream': { label: 'fs.createWriteStream', kind: 'plain', file: 'write-stream' },
  'sonic-sync-buffer': {
    label: 'sonic-boom, sync, contentMode buffer',
    kind: 'peer',
    file: 'sonic-boom',
    options: { sync: true, contentMode: 'buffer' },
  },
  'sonic-sync': { label: 'sonic-boom, sync', kind: 'peer', file: 'sonic-boom', options: { sync: true } },
  'sonic-sync-4096': {
    label: 'sonic-boom, sync, minLength 4096',
    kind: 'peer',
    file: 'sonic-boom',
    options: { sync: true, minLength: 4096 },
  },
  'sonic-async': { label: 'sonic-boom, async', kind: 'peer', file: 'sonic-boom', options: { sync: false } },
  'sonic-async-4096': {
    label: 'sonic-boom, async, minLength 4096',
    kind: 'peer',
    file: 'sonic-boom',
    options: { sync: false, minLength: 4096 },
  },
  pino: { label: 'pino', kind: 'peer', file: 'pino' },
  winston: { label: 'winston, file transport', kind: 'peer', file: 'winston' },
  rotating: { label: 'rotating-file-stream', kind: 'peer', file: 'rotating-file-stream' },
  'sqlite-off': { label: 'better-sqlite3, synchronous OFF', kind: 'peer', file: 'better-sqlite3' },
  'sqlite-full': {
    label: 'better-sqlite3, synchronous FULL',
    kind: 'peer',
    file: 'better-sqlite3',
    options: { synchronous: 'FULL' },
  },
  'sqlite-full-group': {
    label: 'better-sqlite3, FULL, 64 in a transaction',
    kind: 'peer',
    file: 'better-sqlite3',
    options: { synchronous: 'FULL', grouped: true },
  },
  level: { label: 'classic-level', kind: 'peer', file: 'classic-level' },
  'level-sync': {
    label: 'classic-level, sync',
    kind: 'peer',
    file: 'classic-level',
    options: { sync: true },
  },
  'level-sync-group': {
    label: 'classic-level, sync, batches of 64',
    kind: 'peer',
    file: 'classic-level',
    options: { sync: true, grouped: true },
  },
  lockfile: { label: 'proper-lockfile + appendFile', kind: 'peer', file: 'proper-lockfile' },
}

/** The candidate's description, and its adapter if it is one of Node. */
export async function loadCandidate(id) {
  const candidate = candidates[id]
  if (candidate === undefined) throw new Error(`no such candidate: ${id}`)
  if (candidate.file === undefined) return { candidate, adapter: {} }
  return { candidate, adapter: await import(`./${candidate.file}.mjs`) }
}
