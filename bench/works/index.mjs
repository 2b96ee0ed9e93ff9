// The works by letter. Each is a module with
//   id, title, about     for tables and the page
//   metrics              what it measures: { label, unit, scale, moreIsBetter } by name
//   cases(plan)          [{ name, parameters, candidates, rounds, milliseconds, labels }]; labels where a
//                        candidate is called otherwise than usual
//   measure(spec)        one measurement, in a process of its own
//   rings(parameters)    the records by writer, for the check; none: measure gives the verdict itself
//   charts               what is drawn of it

const files = {
  A: 'a-append-sync',
  B: 'b-write-lines',
  C: 'c-write-objects',
  D: 'd-durable',
  E: 'e-processes',
  F: 'f-latency',
  G: 'g-open',
  H: 'h-scale',
  I: 'i-memory',
  J: 'j-start-up',
}

export const letters = Object.keys(files)

export function loadWork(letter) {
  if (files[letter] === undefined) throw new Error(`no such work: ${letter} (${letters.join(', ')})`)
  return import(`./${files[letter]}.mjs`)
}
