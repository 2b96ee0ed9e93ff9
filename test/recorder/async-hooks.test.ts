// What an async hook gives while a line is being given: Node.js runs it whenever a promise is made, also within a call
// of a recorder, and each line stands whole all the same (W1).

import { createHook } from 'node:async_hooks'
import { afterTest } from '../support/after-test.js'
import { everyLineWay, openRecorder } from '../support/open-recorder.js'
import { linesOf } from '../support/temporary.js'

/** Runs it each time when a promise is made, but not for those that are made within it. Gives how often it ran. */
function atEachPromise(run: () => unknown): () => number {
  let within = false
  let runs = 0
  const hook = createHook({
    init: (_, type) => {
      if (within || type !== 'PROMISE') return
      within = true
      runs++
      run()
      within = false
    },
  })
  hook.enable()
  afterTest(() => {
    hook.disable()
  })
  return () => runs
}

describe.each(everyLineWay)('%s within an async hook', (_, recordWithin) => {
  describe.each([
    ['shorter', `"${'s'.repeat(300)}"`],
    ['longer', `"${'l'.repeat(1000)}"`],
  ])('of a line that is %s', (__, other) => {
    test.each([true, false])('leaves the awaited line as it is, validateLines: %s', async (validateLines) => {
      const trace = openRecorder({ validateLines })
      const recorder = openRecorder({ validateLines })
      const line = JSON.stringify({ text: 'ü€'.repeat(200) })
      // Two, for what the first is made of tells how the second is encoded.
      const ranges: unknown[] = [await recorder.appendLine(line)]
      const runs = atEachPromise(() => recordWithin(trace, other))
      const promise = recorder.appendLine(line)
      expect(runs()).toBeGreaterThan(0)
      ranges.push(await promise)
      const length = Buffer.byteLength(line) + 1
      expect(ranges).toEqual([
        { start: 0, end: length },
        { start: length, end: 2 * length },
      ])
      expect(linesOf(recorder.path)).toEqual([line, line])
    })
  })
})

test('a line that is refused is so at the call, and a closed recorder rejects', async () => {
  const recorder = openRecorder()
  await recorder.close()
  expect(() => recorder.appendLine('{')).toThrow(TypeError)
  await expect(recorder.appendLine('{}')).rejects.toMatchObject({ code: 'ERR_CLOSED' })
})
