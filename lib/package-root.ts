// Where the package is: the folder above this one that holds its package.json. The same file runs from lib/, where
// tests load it, and from the bundles in dist/.

import { existsSync } from 'node:fs'
import path from 'node:path'

export function packageRoot(): string {
  const parent = path.dirname(__dirname)
  let folder = parent
  while (!existsSync(path.join(folder, 'package.json'))) {
    const above = path.dirname(folder)
    // Copied without its package.json: who looks for something there says what is missing.
    if (above === folder) return parent
    folder = above
  }
  return folder
}
