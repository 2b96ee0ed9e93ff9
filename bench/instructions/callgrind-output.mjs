// Reads what callgrind wrote: the instructions of each program and library by themselves.

const nameLine = /^c?ob=\((\d+)\)(?: (.*))?$/

/** @returns instructions by path of the object they are in; `???` is code that was made while running */
export function instructionsByObject(text) {
  const names = new Map()
  const sums = new Map()
  let object = null
  let ofCall = false
  for (const line of text.split('\n')) {
    const named = nameLine.exec(line)
    if (named !== null) {
      if (named[2] !== undefined) names.set(named[1], named[2])
      // A line that begins with c names where a call goes, not where what follows is.
      if (!line.startsWith('c')) object = named[1]
    } else if (line.startsWith('calls=')) ofCall = true
    else if (/^[\d+*-]/.test(line)) {
      // The line behind a call has the cost of what was called, which is counted where it is.
      if (!ofCall) sums.set(object, (sums.get(object) ?? 0) + Number(line.slice(line.lastIndexOf(' ') + 1)))
      ofCall = false
    }
  }
  return new Map([...sums].map(([id, sum]) => [names.get(id) ?? String(id), sum]))
}
