// What is dropped without closing gives its descriptor back when the collector finds it.

import { runProgram } from '../support/children.js'
import { temporaryPath } from '../support/temporary.js'

test.each(['AppendFile', 'Recorder', 'a synced Recorder', 'a reopened Recorder'])(
  '%s that is dropped without closing gives its descriptor back',
  async (what) => {
    const options = { nodeOptions: ['--expose-gc'] }
    const { code, stdout } = await runProgram('drop-files.cjs', [temporaryPath(), '100', what], options)
    expect({ code, ...(JSON.parse(stdout) as object) }).toEqual({ code: 0, opened: 100, left: 0 })
  },
)
