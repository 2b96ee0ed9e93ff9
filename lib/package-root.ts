// Where the package is: the folder above this one that holds its package.json. The same file runs from lib/, where
// tests load it, and from the bundles in dist/.

import { existsSync } from 'node:fs'
import path from 'node:path'

export function packageRoot(): string {
  let folder = path.dirname(__dirname)
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder)
  return folder
}
