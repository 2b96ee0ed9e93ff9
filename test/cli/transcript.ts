// Input like the transcripts of coding agents: nested records of some bytes to some 100 KB, with non-ASCII
// characters, escapes, and forms that JSON.stringify would write in another way.

const texts = [
  'plain words',
  'Grüße, naïve façade',
  '漢字と仮名',
  '😀👩‍👩‍👧',
  'tab\there',
  'quote " and \\',
  '\u0000\u001f',
  '\u2028',
]

function record(number: number, bytes: number): string {
  const text = (texts[number % texts.length] ?? '').repeat(1 + (number % 7))
  const value = { uuid: number, message: { role: 'user', content: [{ type: 'text', text }] }, pad: '' }
  value.pad = 'ü'.repeat(Math.max(0, bytes >> 1))
  return JSON.stringify(value)
}

const forms = [
  ' { "spaces" : [ 1 , 2 ] } ',
  '\t[1.0e5, -0, 1E+2]',
  '"\\u00fc\\/\\ud83d"',
  '{"b":1,"a":2,"b":3}',
  'null',
  '0',
  '{}\r',
]

/** Lines without their LFs. */
export function transcriptLines(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const form = i % 10 === 9 ? forms[((i / 10) % forms.length) | 0] : undefined
    return form ?? record(i, i % 50 === 7 ? 100_000 : (i * 37) % 900)
  })
}

export function transcript(count: number): Buffer {
  return Buffer.from(transcriptLines(count).join('\n') + '\n')
}
