// Text for people: numbers, the aligned table, and colour where a terminal shows it.

const coloured = process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
const codes = { plain: '0', bold: '1', red: '31', green: '32' }

export function paint(colour, text) {
  return coloured && colour !== 'plain' ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text
}

export function count(number) {
  return number.toLocaleString('en-US')
}

/** Lines of at most 80 columns. */
export function wrap(text) {
  return text.replace(/(.{1,80})(?: |$)/gu, '$1\n').trimEnd()
}

const widths = [28, 16, 16]

function alignCell(text, column) {
  return column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column])
}

/** @param rows - each a list of cells: text, or { text, colour } */
export function table(rows) {
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const { text, colour } = typeof cell === 'string' ? { text: cell, colour: 'plain' } : cell
        return paint(colour, alignCell(text, column))
      })
      .join(''),
  )
  return lines.map((line) => `  ${line.trimEnd()}`).join('\n')
}

/** What a terminal needs for the text: East Asian characters and emoji take two columns. */
export function columnsOf(text) {
  let columns = 0
  for (const character of text) columns += character.codePointAt(0) >= 0x1100 ? 2 : 1
  return columns
}

/** The last characters of a text that fit, or the first. */
export function fit(text, columns, end) {
  const characters = [...text]
  let taken = ''
  for (;;) {
    const next = end === 'last' ? characters.pop() : characters.shift()
    if (next === undefined || columnsOf(taken) + columnsOf(next) > columns) return taken
    taken = end === 'last' ? next + taken : taken + next
  }
}
