// The memory of scans that are over, for the next ones. Each is eight megabytes, of which next to nothing is ever
// touched; but V8 counts them all, and a program that checked small files one after another would have it collect the
// garbage of its whole heap for nearly each of them. Held weakly: what nobody scans with goes when it collects.

import { ScanArea, type ScanSizes } from '../door/scan-area.js'

interface Spare {
  readonly sizes: ScanSizes
  readonly area: WeakRef<ScanArea>
}

const spares: Spare[] = []

function isFor(sizes: ScanSizes, { maxRecordBytes, findings, blockBytes }: ScanSizes): boolean {
  return (
    sizes.maxRecordBytes === maxRecordBytes && sizes.findings === findings && sizes.blockBytes === blockBytes
  )
}

/** One of these sizes that nobody scans with. Those of others are forgotten: they are hardly asked for twice. */
export function takeArea(sizes: ScanSizes): ScanArea {
  for (let spare = spares.pop(); spare !== undefined; spare = spares.pop()) {
    const area = isFor(sizes, spare.sizes) ? spare.area.deref() : undefined
    if (area !== undefined) return area
  }
  return new ScanArea(sizes)
}

/** Nobody, no pool thread either, scans with it any more. */
export function giveBackArea(area: ScanArea, sizes: ScanSizes): void {
  spares.push({ sizes, area: new WeakRef(area) })
}
