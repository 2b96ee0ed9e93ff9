// Records that come in batches, given one by one: an asynchronous generator for each record would take longer
// than parsing it does.

/** The items of the batches. Calls of `next` may overlap; leaving the iteration ends the batches. */
export class OneByOne<Item> implements AsyncIterableIterator<Item, undefined> {
  readonly #batches: AsyncGenerator<readonly Item[], void, undefined>
  readonly #signal: AbortSignal | undefined
  #batch: readonly Item[] = []
  #given = 0
  #fetching: Promise<unknown> | null = null
  #ended = false

  constructor(batches: AsyncGenerator<readonly Item[], void, undefined>, signal: AbortSignal | undefined) {
    this.#batches = batches
    this.#signal = signal
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    if (this.#fetching !== null) return this.#fetching.then(() => this.next())
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    if (this.#signal?.aborted === true) return this.#abort(this.#signal.reason)
    if (this.#given === this.#batch.length) return this.#fetch()
    // The index is that of an item.
    return Promise.resolve({ done: false, value: this.#batch[this.#given++] as Item })
  }

  async return(): Promise<IteratorResult<Item, undefined>> {
    this.#end()
    await this.#batches.return()
    return { done: true, value: undefined }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  #end(): void {
    this.#ended = true
    this.#batch = []
    this.#given = 0
  }

  async #abort(reason: unknown): Promise<never> {
    await this.return()
    throw reason
  }

  /** Fetches a batch, and then its first item; who asks meanwhile gets the items behind it. */
  #fetch(): Promise<IteratorResult<Item, undefined>> {
    const fetched = this.#batches.next().then(
      ({ done, value }) => {
        this.#fetching = null
        if (done === true) this.#end()
        else if (!this.#ended) [this.#batch, this.#given] = [value, 0]
      },
      (error: unknown) => {
        this.#fetching = null
        this.#end()
        throw error
      },
    )
    // Only the one who began it gets the error; the others find that it has ended.
    this.#fetching = fetched.catch(() => undefined)
    return fetched.then(() => this.next())
  }
}
