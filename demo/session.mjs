// The session that is recorded: made up, but of the shape that an agent's transcript has. Prompts in several
// languages, tool calls with quotes and backslashes in them, terminal output with escape codes; from a few
// hundred bytes to some tens of KB a record. The same at every run.

import { seeded } from './random.mjs'

const sentences = [
  'Please find out why the nightly import drops every tenth row, and fix it.',
  'The test "writes a café menu" fails on my machine only: Größe 3 ≠ 4.',
  'Bitte prüfe, ob die Übersetzung in »läuft über« noch stimmt.',
  '日本語のファイル名でも動くことを確認してください。',
  'Проверь, что журнал не теряет записи при полном диске.',
  'Looks good 👍🏽 — but keep the naïve version next to it for comparison.',
  'I will read the module first, then reproduce the failure, then change one thing at a time.',
  'The length was taken before the lock, so two writers may both believe that they are at the end.',
]

const commands = [
  'grep -rn "TODO\\(core\\)" src | sed -E \'s/\\t+/ /g\'',
  'node --test --test-name-pattern="^rollback" 2>&1 | tail -n 40',
  'printf \'%s\\n\' "C:\\\\Users\\\\Zoë\\\\notes.txt"',
  'git diff --stat HEAD~3 -- "*.ts" ":(exclude)dist"',
]

const outputLines = [
  '\u001b[32m✓\u001b[39m keeps the order of records \u001b[90m(12 ms)\u001b[39m',
  '\u001b[31m✗\u001b[39m expected "a\\tb" to equal "a\tb"',
  '    at Object.<anonymous> (/srv/app/test/append.test.ts:118:23)',
  '-  return text.split("\\n").map((line) => JSON.parse(line))',
  '+  return text.split(/\\r?\\n/u).filter(Boolean).map((line) => JSON.parse(line))',
  '{"level":"warn","msg":"queue is long","bytes":1048576,"path":"/var/log/日誌/a.jsonl"}',
  'drwxr-xr-x  2 zoë  staff   4096 Mar  1 09:15 "it\'s here"',
]

function pick(random, list) {
  return list[Math.floor(random() * list.length)]
}

/** Lines of one kind up to about so many characters. */
function textOf(random, list, length, separator) {
  const lines = []
  for (let size = 0; size < length; size += lines.at(-1).length + 1) lines.push(pick(random, list))
  return lines.join(separator)
}

/** Many are short and few are long: evenly spread over the orders of magnitude. */
function lengthBetween(random, least, most) {
  return least * (most / least) ** random()
}

const makers = {
  user: (random) => ({ text: textOf(random, sentences, lengthBetween(random, 60, 1500), ' ') }),
  reasoning: (random) => ({
    summary: textOf(random, sentences, lengthBetween(random, 200, 3000), '\n\n'),
    tokens: { input: Math.floor(random() * 90_000), output: Math.floor(random() * 4000), cached: null },
  }),
  tool_call: (random) => ({ tool: 'shell', input: { command: pick(random, commands), timeout_ms: 120_000 } }),
  tool_output: (random) => ({
    exit_code: random() < 0.2 ? 1 : 0,
    output: textOf(random, outputLines, lengthBetween(random, 100, 30_000), '\r\n'),
  }),
  assistant: (random) => ({
    content: [{ type: 'text', text: textOf(random, sentences, lengthBetween(random, 80, 4000), '\n') }],
    stop_reason: random() < 0.1 ? 'end_turn' : 'tool_use',
  }),
}

const kinds = ['user', 'reasoning', 'tool_call', 'tool_output', 'assistant', 'tool_call', 'tool_output']
const firstSecond = Date.UTC(2026, 2, 1, 9, 15) / 1000

/** A session of so many records. */
export function makeSession(count) {
  const random = seeded(20260301)
  return Array.from({ length: count }, (_, sequence) => {
    const type = kinds[sequence % kinds.length]
    const timestamp = new Date((firstSecond + sequence * 7) * 1000).toISOString()
    return { type, timestamp, session: 'b1f0c6de-5a3e', ...makers[type](random) }
  })
}

/** What a writer appends: the record of the session, marked so that it can be told from every other. */
export function recordOf(session, writer, sequence) {
  return { writer, sequence, ...session[sequence] }
}
