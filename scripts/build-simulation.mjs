// Compiles the simulation together with the policies of lib/ into build/simulation.

import { execFileSync } from 'node:child_process'
import { existsSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

execFileSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.simulation.json')], { stdio: 'inherit' })
// The addon is looked for two folders above lib/door; it names the errors there too.
const link = path.join(root, 'build', 'simulation', 'build')
if (!existsSync(link)) symlinkSync('..', link)
