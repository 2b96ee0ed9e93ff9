// The marks: what is aimed at, as data; judge.mjs says how a result stands to them.
//
// A measurement is named [work, case, candidate, metric]. Forms:
//   times     `of` takes at most so many times as long as `than`
//   faster    `of` is at least so many times as fast as `than` (below 1: not much slower)
//   more      `of` is at most so much more than `than`
//   value     `of` is at most so much
//   flat      of all in `of`, the largest is at most so many times the smallest
// Where `than` names several, the best of them counts. { rivalsIn: [work, case], metric } names whatever the case
// measured that is neither ours nor bare calls, so that no candidate is forgotten. `limit` says what physics, or the
// kernel, allows: another measurement of the same form (or several, of which the best counts), shown beside, and
// `limitText` what it is.

const sizesOfB = ['64 B', '256 B', '4 KB', '64 KB', 'transcripts']
const sonic = ['sonic-sync', 'sonic-sync-4096', 'sonic-async', 'sonic-async-4096']
const a = (candidate) => ['A', '256 B', candidate, 'nsPerRecord']
const b = (name, candidate) => ['B', name, candidate, 'nsPerRecord']
const c = (name, candidate) => ['C', name, candidate, 'nsPerRecord']
const d = (inFlight, candidate) => ['D', `${inFlight} in flight`, candidate, 'nsPerRecord']
const e = (processes, candidate) => ['E', `${processes} processes`, candidate, 'nsPerRecord']
const besideE = (processes, candidate) => [
  'E',
  `${processes} processes, others beside them`,
  candidate,
  'nsPerRecord',
]
const f = (disk, metric) => ['F', `${disk} disk`, 'record', metric]

/** The least that a call for each record costs, and batches that do not block the thread that records. */
const batchedByAddon = (name) => ({
  limit: b(name, 'batching-addon'),
  limitText: 'the same by an addon that does nothing else: it copies the text and has a thread write it',
})

/** The least that a durable append costs where nothing may block the event loop of Node. */
const syncedOnPool = (inFlight) => ({
  limit: d(inFlight, 'synced-addon'),
  limitText: "the same by an addon on Node's pool that does nothing else, and promises",
})

const fileSizes = ['1 KB', '1 MB', '100 MB', '1 GB', '20 GB']
const appendSizes = ['1 KB', '1 MB', '1 GB', '10 GB']
const open = (candidate) => ['1', '100', '10000'].map((n) => ['H', `${n} open`, candidate, 'nsPerRecord'])
const appendTo = (candidate) => appendSizes.map((size) => ['H', `file of ${size}`, candidate, 'nsPerRecord'])
const waitingOf = (candidate) =>
  ['0', '1000', '10000', '100000', '400000'].map((n) => ['H', `${n} waiting`, candidate, 'nsPerRecord'])

export const marks = [
  {
    mark: 1,
    text: 'A: no more than 1.25 × the C++ write+lseek',
    times: 1.25,
    of: a('append'),
    than: [a('native-append')],
    limit: a('append-addon'),
    limitText: 'the same calls by an addon that does nothing else',
  },
  {
    mark: 1,
    text: 'A: no slower than fs.writeSync',
    times: 1,
    of: a('append'),
    than: [a('fs-write')],
    limit: a('append-addon'),
    limitText: 'the same calls by an addon that does nothing else',
  },
  {
    mark: 1,
    text: 'A: at least 2.3 × as fast as fs.writeSync + fs.fstatSync',
    faster: 2.3,
    of: a('append'),
    than: [a('fs-write-fstat')],
    limit: a('append-addon'),
    limitText: 'the same calls by an addon that does nothing else',
  },
  {
    mark: 2,
    text: 'B, 256 B: at least 8 × as fast as the best of sonic-boom',
    faster: 8,
    of: b('256 B', 'record'),
    than: sonic.map((id) => b('256 B', id)),
    ...batchedByAddon('256 B'),
  },
  {
    mark: 2,
    text: 'B, 256 B: no more than 2.2 × the C++ 64 KiB batches',
    times: 2.2,
    of: b('256 B', 'record'),
    than: [b('256 B', 'native-batches')],
    ...batchedByAddon('256 B'),
  },
  {
    mark: 2,
    text: 'B, 256 B: at most 120 ns inside the call, median',
    value: 120,
    unit: 'ns',
    of: ['B', '256 B', 'record', 'insideP50'],
    limit: ['encode', 'batching-addon'].map((id) => ['B', '256 B', id, 'insideP50']),
    limitText: 'Buffer.write alone, or the same by an addon that does nothing else, the better',
  },
  ...sizesOfB.map((name) => ({
    mark: 2,
    text: `B, ${name}: no peer is ahead, plain Node included`,
    faster: 1,
    of: b(name, 'record'),
    than: { rivalsIn: ['B', name], metric: 'nsPerRecord' },
    ...batchedByAddon(name),
  })),
  ...['transcripts', 'logs'].map((name) => ({
    mark: 3,
    text: `C, ${name}: no more than 1.25 × JSON.stringify + Buffer.from`,
    times: 1.25,
    of: c(name, 'record'),
    than: [c(name, 'stringify')],
  })),
  {
    mark: 4,
    text: 'D, 64 in flight: at least 0.8 of the C++ group commit',
    faster: 0.8,
    of: d(64, 'record-durable'),
    than: [d(64, 'native-group')],
    ...syncedOnPool(64),
  },
  {
    mark: 4,
    text: 'D, 64 in flight: at least 5 × as fast as better-sqlite3 FULL',
    faster: 5,
    of: d(64, 'record-durable'),
    than: [d(64, 'sqlite-full')],
  },
  {
    mark: 4,
    text: 'D, 64 in flight: at least 5 × as fast as classic-level, sync',
    faster: 5,
    of: d(64, 'record-durable'),
    than: [d(64, 'level-sync')],
  },
  {
    mark: 4,
    text: 'D, 1 in flight: no more than 1.3 × the C++ write+fdatasync',
    times: 1.3,
    of: d(1, 'record-durable'),
    than: [d(1, 'native-synced')],
    ...syncedOnPool(1),
  },
  ...[1, 64].map((inFlight) => ({
    mark: 4,
    text: `D, ${inFlight} in flight: no peer is ahead, groups included`,
    faster: 1,
    of: d(inFlight, 'record-durable'),
    than: { rivalsIn: ['D', `${inFlight} in flight`], metric: 'nsPerRecord' },
    ...syncedOnPool(inFlight),
  })),
  ...[2, 4].flatMap((processes) => [
    {
      mark: 5,
      text: `E, ${processes} processes: at least 0.7 of the C++ program`,
      faster: 0.7,
      of: e(processes, 'append'),
      than: [e(processes, 'native-processes')],
      limit: e(processes, 'append-addon-looking'),
      limitText: 'the same calls, and a look at what stands before (W1), by an addon that does nothing else',
    },
    {
      mark: 5,
      text: `E, ${processes} processes: at least 100 × as fast as proper-lockfile`,
      faster: 100,
      of: besideE(processes, 'append'),
      than: [besideE(processes, 'lockfile')],
    },
  ]),
  {
    mark: 6,
    text: 'F, normal disk: at most 10 µs inside write(), p99.9',
    value: 10_000,
    unit: 'ns',
    of: f('normal', 'insideP999'),
    limit: ['F', 'normal disk', 'encode-written', 'insideP999'],
    limitText: 'Buffer.write into one Buffer while fs.write writes the other, and nothing else',
  },
  // No more than on the normal disk, but for what the kernel does not interrupt on the same core: larger batches are
  // copied there. What blocked the loop would show all of the 5 ms.
  {
    mark: 6,
    text: 'F: the event loop is no later (p99, within 0.2 ms) on the disk that sleeps 5 ms in each write than on the normal one',
    more: 200_000,
    unit: 'ns',
    of: ['F', 'slow disk, event loop', 'record', 'delayP99'],
    than: [['F', 'normal disk, event loop', 'record', 'delayP99']],
    limit: ['F', 'slow disk, event loop', 'encode-written', 'delayP99'],
    limitText:
      'Buffer.write into one Buffer while fs.write writes the other to the slow disk, and nothing else',
  },
  ...[
    ['openNs', 'opening'],
    ['truncateNs', 'opening with a torn tail cut off'],
    ['quarantineNs', 'opening with a torn tail put away'],
  ].map(([metric, what]) => ({
    mark: 7,
    text: `G: ${what} takes as long for 1 KB as for 20 GB`,
    flat: 1.2,
    of: fileSizes.map((size) => ['G', size, 'record', metric]),
    // A torn tail is put away by syncing it, which takes longer than all the rest.
    ...(metric !== 'quarantineNs' && {
      limit: fileSizes.map((size) => ['G', size, 'open-and-read', 'openNs']),
      limitText:
        'open(2) and reading the last 64 KiB, of which there is 1 KB in the smallest, without judging them',
    }),
  })),
  ...[
    ['openNs', 'opening'],
    ['truncateNs', 'opening with a torn tail cut off'],
  ].map(([metric, what]) => ({
    mark: 7,
    text: `G: ${what} takes as long for 1 MB as for 20 GB (at 1 KB there is less than the 64 KiB that opening looks at)`,
    flat: 1.2,
    of: fileSizes.slice(1).map((size) => ['G', size, 'record', metric]),
  })),
  {
    mark: 7,
    text: 'H: flat against the size of the file',
    flat: 1.2,
    of: appendTo('append'),
    limit: appendTo('fs-write'),
  },
  {
    mark: 7,
    text: 'H: flat against the records that wait',
    flat: 1.2,
    of: waitingOf('record'),
    limit: waitingOf('encode-kept'),
    limitText: 'Buffer.write into Buffers that are kept as long, and nothing else',
  },
  {
    mark: 7,
    text: 'H: flat against the number of open recorders',
    flat: 1.2,
    of: open('record'),
    limit: open('fs-write'),
  },
  {
    mark: 7,
    text: 'H: at most 4 KiB of memory per idle recorder, from 5,000 to 10,000 open',
    value: 4096,
    unit: 'B',
    of: ['H', '10000 open', 'record', 'idleBytes'],
  },
  {
    mark: 7,
    text: 'H: one descriptor per idle recorder',
    value: 1,
    unit: '',
    of: ['H', '10000 open', 'record', 'idleDescriptors'],
  },
  {
    mark: 8,
    text: 'I: memory grows by at most 5 % after warm-up',
    value: 1.05,
    unit: '×',
    of: ['I', null, 'record', 'growth'],
  },
  {
    mark: 8,
    text: 'J: require() takes at most 5 ms (what records is loaded by the first open: see below)',
    value: 5e6,
    unit: 'ns',
    of: ['J', 'load', 'record', 'extraNs'],
    limit: ['J', 'load', 'empty-package', 'extraNs'],
    limitText: 'an empty package of the same name and package.json',
  },
  {
    mark: 8,
    text: 'J: at most 2 MB more than an empty Node, no file opened yet',
    value: 2e6,
    unit: 'B',
    of: ['J', 'load', 'record', 'extraBytes'],
  },
]
