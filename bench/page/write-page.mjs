// Writes docs/benchmarks.md and its charts from a result.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { drawChart } from './charts.mjs'
import { chartFile, chartsOf, pageText } from './page-text.mjs'

const docs = path.join(import.meta.dirname, '..', '..', 'docs')

export function writePage(result) {
  const folder = path.join(docs, 'benchmarks')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const there = new Set()
  for (const work of result.works) {
    for (const [number, chart] of chartsOf(work).entries()) {
      const drawn = drawChart(work, chart)
      if (drawn === null) continue
      there.add(`${work.id}${number}`)
      for (const [theme, svg] of Object.entries(drawn)) {
        writeFileSync(path.join(folder, chartFile(work, number, theme)), svg)
      }
    }
  }
  const text = pageText(result, (work, number) => there.has(`${work.id}${number}`))
  writeFileSync(path.join(docs, 'benchmarks.md'), text)
  console.log('docs/benchmarks.md written')
}
