// What only root may do (mounts, attributes, other users): said loudly where it has to be left out.

type Group = (name: string, tests: () => void) => void

function leaveOut(name: string): void {
  process.stderr.write(`\n*** NOT RUN, for it needs root: ${name}\n\n`)
}

/** A group of tests that need root. */
export const describeAsRoot: Group = process.getuid?.() === 0 ? describe : leaveOut
