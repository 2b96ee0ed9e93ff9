// scenarios.mjs: what a program does with the package, in small, for the rows that fail each call in turn.
//
// Idea: a scenario gets a context (every_call.mjs) through which each promise and each error is noted, and
// just does its work; what must hold afterwards is the same for all. `plan` is what is wrong from the start:
// the fault under test comes on top. Contract: a scenario may throw nothing but what it met: errors of the
// package are taken by the context.

/** A short write whose cause is still there for the probe. @param {number} cut */
const short = (cut) => `write:1:short=${cut};write:2:ENOSPC`

export const scenarios = {
  'open fresh': {
    run: async (c) => {
      await c.open({ path: 'new/deep/file.jsonl' })
      await c.append()
    },
  },
  'open fresh, sync': {
    run: (c) => {
      c.openSync({ path: 'new/file.jsonl' })
      c.appendSync()
    },
  },
  'open torn': {
    content: '{"foreign":1}\n{"foreign":2,"tor',
    torn: '{"foreign":2,"tor',
    run: async (c) => {
      await c.open()
      await c.append()
    },
  },
  'open torn, sync': {
    content: '{"foreign":1}\n{"foreign":2,"tor',
    torn: '{"foreign":2,"tor',
    run: (c) => {
      c.openSync()
      c.appendSync()
    },
  },
  'open torn beside a reader': {
    content: '{"foreign":1}\n{"foreign":2,"tor',
    reader: true,
    torn: '{"foreign":2,"tor',
    run: async (c) => {
      await c.open()
      await c.append()
    },
  },
  'open without LF': {
    content: '{"foreign":1}\n{"foreign":2}',
    run: async (c) => {
      await c.open()
      await c.append()
    },
  },
  'open exclusive': {
    content: '{"foreign":1}\n',
    run: async (c) => {
      await c.open({ lock: 'exclusive' })
      await c.append()
    },
  },
  append: {
    run: async (c) => (
      await c.open(),
      await c.together([c.append(), c.append(), c.append()]),
      await c.append()
    ),
  },
  'append, group commit on the disk': {
    run: async (c) => {
      await c.open({ fsync: 'always' })
      await c.together([c.append(), c.append()])
      await c.append()
    },
  },
  appendSync: {
    run: (c) => {
      c.openSync()
      for (let i = 0; i < 4; i++) c.appendSync()
    },
  },
  'write and flush': {
    run: async (c) => {
      await c.open()
      for (let i = 0; i < 3; i++) c.write()
      await c.flush()
      c.write()
      await c.flush()
    },
  },
  'write and flushSync': {
    run: (c) => {
      c.openSync({ flushMode: 'sync' })
      for (let i = 0; i < 3; i++) c.write()
      c.flushSync()
      c.write()
      c.flushSync()
    },
  },
  appendAll: { run: async (c) => (await c.open(), await c.appendAll(3), await c.appendAll(2)) },
  'short, alone': {
    plan: short,
    run: async (c) => (
      await c.open(),
      await c.together([c.append(), c.append(), c.append()]),
      await c.append()
    ),
  },
  'short, alone, sync': { plan: short, run: (c) => (c.openSync(), c.appendSync(), c.appendSync()) },
  'short, beside a reader': {
    plan: short,
    reader: true,
    run: async (c) => (
      await c.open(),
      await c.together([c.append(), c.append(), c.append()]),
      await c.append()
    ),
  },
  'short, beside a reader, sync': {
    plan: short,
    reader: true,
    run: (c) => (c.openSync(), c.appendSync(), c.appendSync()),
  },
  'short, passing': {
    plan: (cut) => `write:1:short=${cut}`,
    run: (c) => (c.openSync(), c.appendSync(), c.appendSync()),
  },
  'short, appendAll': {
    plan: short,
    run: async (c) => (await c.open(), await c.appendAll(3), await c.appendAll(2)),
  },
  'short, pending, settled': {
    plan: (cut) => `${short(cut)};setlease:1:EAGAIN;pwrite:1:EIO`,
    run: (c) => (c.openSync(), c.appendSync(), c.appendSync(), c.appendSync()),
  },
  'short, pending, at close': {
    plan: (cut) => `${short(cut)};setlease:1:EAGAIN;pwrite:1:EIO`,
    run: async (c) => (await c.open(), await c.append(), await c.close()),
  },
  'behind a half line': {
    content: '',
    run: async (c) => {
      await c.open()
      await c.append()
      c.foreign('{"foreign":"half')
      await c.append()
      c.foreign('-done"}\n')
      await c.append()
    },
  },
  'behind a half line, sync': {
    content: '',
    run: (c) => {
      c.openSync()
      c.appendSync()
      c.foreign('{"foreign":"half')
      c.appendSync()
      c.foreign('{"foreign":"whole"}\n')
      c.appendSync()
    },
  },
  'with a retry': {
    plan: short,
    run: async (c) => (
      await c.open({ retry: { attempts: 3, minDelayMs: 1, maxDelayMs: 2 } }),
      await c.together([c.append(), c.append()])
    ),
  },
  sync: {
    run: async (c) => (
      await c.open({ fsync: 'always' }),
      await c.append(),
      await c.sync(),
      await c.append(),
      await c.sync()
    ),
  },
  'sync, rotate': {
    run: async (c) => {
      await c.open({ fsync: 'always', onSyncFailure: 'rotate' })
      await c.append()
      await c.append()
    },
  },
  'sync, fail': {
    run: async (c) => {
      await c.open({ fsync: 'always', onSyncFailure: 'fail' })
      await c.append()
      await c.append()
    },
  },
  'sync for one': {
    run: async (c) => (await c.open(), await c.append({ sync: true }), await c.append(), await c.sync()),
  },
  close: {
    run: async (c) => {
      await c.open()
      for (let i = 0; i < 3; i++) c.write()
      await c.close()
    },
  },
  reopen: {
    run: async (c) => {
      await c.open()
      await c.append()
      c.rename('file.jsonl.old')
      await c.reopen()
      await c.append()
    },
  },
  rotation: {
    run: async (c) => {
      await c.open({ reopenOnMove: true, moveCheckMs: 0 })
      await c.append()
      c.rename('file.jsonl.old')
      await c.append()
      await c.append()
    },
  },
}
