// `wholeline repair FILE`: heals a damaged file, or says what it would do.

import { AppendError } from '../errors/append-error.js'
import { printable } from '../printable.js'
import { repairFile } from '../repair/repair-file.js'
import type { RepairStep } from '../repair/options.js'
import type { RepairReport } from '../repair/report.js'
import { explainError } from './error-report.js'
import { ExitCode } from './exit-code.js'
import { formatBytes } from './format.js'
import { useAllCores } from './pool-threads.js'
import { print } from './print.js'
import { Progress } from './progress.js'
import { parseRepairOptions, repairUsage, type RepairCommandOptions } from './repair-options.js'
import { repairFailureToJson, repairToJson, repairToText } from './repair-text.js'

const stepWords: Readonly<Record<RepairStep, string>> = {
  check: 'checking',
  copy: 'copying',
  verify: 'checking the copy',
  quarantine: 'keeping the damage',
}

/** Damage is left: what is too long to be looked into, or everything, where nothing was to be done. */
function exitCodeOf({ dryRun, left, check }: RepairReport): ExitCode {
  return left > 0 || (dryRun && !check.ok) ? ExitCode.flawed : ExitCode.fine
}

async function repair({
  file,
  output,
  dryRun,
  maxRecordBytes,
  json,
}: RepairCommandOptions): Promise<ExitCode> {
  let shown = { step: 'check' as RepairStep, done: 0, total: 0 }
  const progress = new Progress(process.stderr, process.stderr.isTTY, () => ({
    bytes: shown.done,
    done: `${printable(file)}: ${stepWords[shown.step]}, ${formatBytes(shown.done)} of ${formatBytes(shown.total)}`,
    left: shown.total - shown.done,
  }))
  try {
    const report = await repairFile(file, {
      dryRun,
      maxRecordBytes,
      ...(output !== null && { output }),
      onProgress: (step, done, total) => {
        shown = { step, done, total }
      },
    })
    progress.stop()
    await print(`${json ? repairToJson(report, file) : repairToText(report, file)}\n`)
    return exitCodeOf(report)
  } catch (error) {
    progress.stop()
    if (!(error instanceof AppendError)) throw error
    process.stderr.write(`${explainError(error)}\n`)
    if (json) await print(`${repairFailureToJson(file, error)}\n`)
    return ExitCode.failed
  }
}

export async function run(args: readonly string[]): Promise<ExitCode> {
  const options = parseRepairOptions(args)
  if (options === null) {
    await print(repairUsage)
    return ExitCode.fine
  }
  useAllCores()
  return repair(options)
}
