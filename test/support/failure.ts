// What a call ends in, whether it throws or rejects.

export async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    await call()
  } catch (error) {
    return error
  }
  throw new Error('the call did not fail')
}

/** The same for a call that has to throw before it gives a promise. */
export function thrownBy(call: () => unknown): unknown {
  try {
    // A promise that nobody waits for must not end the test's process.
    void Promise.resolve(call()).catch(() => undefined)
  } catch (error) {
    return error
  }
  throw new Error('the call did not throw')
}
