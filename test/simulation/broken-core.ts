// What of the simulated core may be switched off on purpose, to see that the simulation notices.

export interface BrokenCore {
  readonly truncateWithoutProof?: boolean
  readonly eraseWithoutComparing?: boolean
  readonly eraseLastLineFeed?: boolean
  readonly syncLies?: boolean
  readonly followBehindAnything?: boolean
}
