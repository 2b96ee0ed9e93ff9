// As many threads for libuv's pool as there are cores: the parts of a file are checked on them.

import { availableParallelism } from 'node:os'

/** What the pool has by itself. */
const poolThreads = 4

/** Before the pool is used for the first time: later it has no effect. */
export function useAllCores(): void {
  process.env['UV_THREADPOOL_SIZE'] ??= String(Math.max(poolThreads, availableParallelism()))
}
