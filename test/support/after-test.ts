// What a test has to undo (folders, mounts, open files, processes), done after it in the reverse order.

const steps: (() => unknown)[] = []

export function afterTest(undo: () => unknown): void {
  steps.push(undo)
}

async function undoAll(): Promise<unknown[]> {
  const failures: unknown[] = []
  for (let undo = steps.pop(); undo !== undefined; undo = steps.pop()) {
    try {
      await undo()
    } catch (error) {
      failures.push(error)
    }
  }
  return failures
}

afterEach(async () => {
  const failures = await undoAll()
  if (failures.length > 0) throw failures[0]
})
