// What every run under a sanitizer needs: a report ends it, and says where it came from.

import { spawnSync } from 'node:child_process'

/** Environment variables for the sanitizers' run-time; `forThread` are further options of ThreadSanitizer. */
export function sanitizerOptions(forThread = '') {
  return {
    ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0:exitcode=66:detect_stack_use_after_return=1',
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1:exitcode=66',
    TSAN_OPTIONS: `halt_on_error=1:second_deadlock_stack=1:exitcode=66${forThread}`,
  }
}

/**
 * ThreadSanitizer's map of the address space does not fit every kernel's randomization; without it, it
 * does. Where that cannot be switched off (some containers), the command runs as it is.
 */
export function withoutAddressRandomization(words) {
  const setarch = ['setarch', '--addr-no-randomize']
  const works = spawnSync(setarch[0], [setarch[1], 'true']).status === 0
  return works ? [...setarch, ...words] : words
}
