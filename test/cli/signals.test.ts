// `wholeline record` and signals: what was read by then is recorded.

import { linesOf, temporaryPath, textOf } from '../support/temporary.js'
import { Running, summaryOf } from './program.js'
import { transcript } from './transcript.js'

/** A program that has read the input, which stays open. */
async function started(file: string, input: string, ...options: string[]): Promise<Running> {
  const running = new Running(['record', '--tee', ...options, file])
  await running.give(input)
  await running.untilStdout(Buffer.byteLength(input))
  return running
}

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s while standard input is open', (signal) => {
  test('leaves all complete lines in the file and ends with 0', async () => {
    const file = temporaryPath()
    const running = await started(file, '{"a":1}\n{"b":2}\n', '--json')
    running.child.kill(signal)
    const { code, stderr } = await running.finished()
    expect(code).toBe(0)
    expect(summaryOf(stderr)).toMatchObject({ stoppedBy: signal, lines: 2, records: 2, error: null })
    expect(linesOf(file)).toEqual(['{"a":1}', '{"b":2}'])
  })

  test('records an unfinished last line that is a whole record', async () => {
    const file = temporaryPath()
    const running = await started(file, '{"a":1}\n{"b":2}')
    running.child.kill(signal)
    expect(await running.finished()).toMatchObject({ code: 0, stderr: '' })
    expect(textOf(file)).toBe('{"a":1}\n{"b":2}\n')
  })

  test('reports an unfinished last line that is none', async () => {
    const file = temporaryPath()
    const running = await started(file, '{"a":1}\n{"b":')
    running.child.kill(signal)
    const { code, stderr } = await running.finished()
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`^line 2: cut short by ${signal}: not JSON: .*\\n$`))
    expect(textOf(file)).toBe('{"a":1}\n')
  })
})

test('a signal in the middle of a stream leaves a file that is a whole beginning of it', async () => {
  const file = temporaryPath()
  const input = transcript(500)
  const running = new Running(['record', '--tee', '--json', file])
  running.child.stdin.end(Buffer.concat(Array<Buffer>(100).fill(input)))
  await running.untilStdout(3 * input.length)
  running.child.kill('SIGTERM')
  const { code, stdout, stderr } = await running.finished()
  const recorded = textOf(file)
  // What was read was passed on, too; its last line may have been cut.
  expect(stdout.toString().startsWith(recorded.slice(0, -1))).toBe(true)
  expect(stdout.length - Buffer.byteLength(recorded)).toBeLessThan(200_000)
  const summary = summaryOf(stderr.slice(stderr.indexOf('{"file"')))
  expect(summary).toMatchObject({ records: linesOf(file).length, exitCode: code })
})

test('a signal while standard input is silent from the start ends it', async () => {
  const file = temporaryPath()
  const running = await started(file, '')
  // Passed on once the file is open: the program is running then.
  await running.give('1\n')
  await running.untilStdout(2)
  running.child.kill('SIGINT')
  expect(await running.finished()).toMatchObject({ code: 0, stderr: '' })
  expect(textOf(file)).toBe('1\n')
})

test('a second signal ends a program at once that cannot finish', async () => {
  const file = temporaryPath()
  const running = new Running(['record', '--tee', file])
  running.child.stdin.write(Buffer.concat(Array<Buffer>(20).fill(transcript(500))))
  await running.untilStdout(1)
  // Nobody reads what it passes on, so it does not come to its end after the first.
  running.child.stdout.pause()
  running.child.kill('SIGINT')
  running.child.kill('SIGTERM')
  const signal = await new Promise((resolve) => running.child.once('exit', (_code, by) => resolve(by)))
  expect(['SIGINT', 'SIGTERM']).toContain(signal)
  expect(textOf(file)).toMatch(/^\{"uuid":0/)
})
