// The memory of one check serves the next: a program that checks many small files takes no more for that than for one.

import { writeFileSync } from 'node:fs'
import { giveBackArea, takeArea } from '../../lib/check/spare-areas.js'
import { checkFile } from '../../lib/index.js'
import { temporaryPath } from '../support/temporary.js'

const MiB = 1024 * 1024
/** Other than by default, so that nothing is left from elsewhere. */
const sizes = { maxRecordBytes: 3 * MiB, findings: 16, blockBytes: 4096 }

test('an area that was given back is taken again, by whoever wants one of its sizes, and by one only', () => {
  const area = takeArea(sizes)
  giveBackArea(area, sizes)
  expect(takeArea({ ...sizes })).toBe(area)
  expect(takeArea(sizes)).not.toBe(area)
})

test.each([{ maxRecordBytes: MiB }, { findings: 8 }, { blockBytes: 8192 }])(
  'an area is not taken for other sizes: %o',
  (other) => {
    const area = takeArea(sizes)
    giveBackArea(area, sizes)
    expect(takeArea({ ...sizes, ...other })).not.toBe(area)
  },
)

test('a check scans with the area that was given back, and gives it back', async () => {
  const { maxRecordBytes, ...others } = sizes
  const area = takeArea(sizes)
  for (const records of [1, 2, 3]) {
    const file = temporaryPath()
    writeFileSync(file, `${'{"id":1}\n'.repeat(records)}{"id":2,"te\n`)
    // Held here, so that no collection takes it in between.
    giveBackArea(area, sizes)
    await checkFile(file, { maxRecordBytes, sizes: { ...others, scanners: 1 } })
    expect(area.result()).toMatchObject({ lines: records + 1, records })
    expect(takeArea(sizes)).toBe(area)
  }
})

test('checks at the same time do not share memory, and find what each finds alone', async () => {
  const files = Array.from({ length: 12 }, (_, i) => {
    const file = temporaryPath()
    writeFileSync(file, '{"id":1}\n'.repeat(i + 1) + 'x\n'.repeat(i))
    return file
  })
  for (let round = 0; round < 3; round++) {
    const reports = await Promise.all(files.map((file) => checkFile(file)))
    expect(reports.map(({ records, lines }) => [records, lines])).toEqual(
      files.map((_, i) => [i + 1, 2 * i + 1]),
    )
  }
})
