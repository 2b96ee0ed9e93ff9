// Compiles lib/ to dist/, from scratch, so that no file of a former layout stays behind: types for each module, and
// the code as a few bundles. A program that loads one file starts in a fraction of the time and memory that a
// hundred take, and the reading half is a bundle of its own that is loaded when it is first called (lib/entry.ts).

import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { rollup } from '@rollup/wasm-node'
import ts from 'typescript'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const dist = path.join(root, 'dist')
const modules = path.join(root, 'build', 'lib')

function compile() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  const asModules = ['--module', 'esnext', '--moduleResolution', 'bundler', '--outDir', modules]
  rmSync(modules, { recursive: true, force: true })
  execFileSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.json'), ...asModules], {
    stdio: 'inherit',
  })
}

function copyTypes() {
  const isWanted = (file) => path.extname(file) === '' || file.endsWith('.d.ts')
  cpSync(modules, dist, { recursive: true, filter: isWanted })
}

const input = {
  index: path.join(modules, 'entry.js'),
  // These stay beside what loads them, as in lib/.
  recording: path.join(modules, 'recording.js'),
  readers: path.join(modules, 'readers.js'),
  'cli/main': path.join(modules, 'cli', 'main.js'),
}

/** What these modules load at once, whatever they load later. */
function reachable(entry, getModuleInfo, found = new Set()) {
  const info = getModuleInfo(entry)
  if (found.has(entry) || info === null || info.isExternal) return found
  found.add(entry)
  for (const id of info.importedIds) reachable(id, getModuleInfo, found)
  return found
}

/**
 * One file for what the package shows at once, one for all that recording loads and one for reading, however many
 * commands share parts of them. The other files take from the first only what is public, or that would show (a test
 * looks). What the command line begins with stays apart from the addon: --version answers where that does not load.
 */
function partOf(id, { getModuleInfo }) {
  if (id === input.readers || id === input['cli/main']) return null
  if (reachable(input['cli/main'], getModuleInfo).has(id)) return 'common'
  if (reachable(input.index, getModuleInfo).has(id)) return 'index'
  if (reachable(input.recording, getModuleInfo).has(id)) return 'recording'
  return reachable(input.readers, getModuleInfo).has(id) ? 'reading' : null
}

/** Comments are two fifths of the text, and V8 keeps the text in memory. They stay in the types. */
const withoutComments = {
  name: 'without-comments',
  transform: (code) => {
    const { ESNext: target } = ts.ScriptTarget
    const compilerOptions = { target, module: ts.ModuleKind.ESNext, removeComments: true }
    return { code: ts.transpileModule(code, { compilerOptions }).outputText, map: null }
  },
}

async function bundle() {
  const build = await rollup({
    input,
    plugins: [withoutComments],
    external: /^(node:|node-gyp-build$)/,
    // The recording half is one file, though reading shares parts of it.
    preserveEntrySignatures: 'allow-extension',
    onwarn: (warning) => {
      throw new Error(warning.message)
    },
  })
  await build.write({
    dir: dist,
    format: 'cjs',
    interop: 'default',
    exports: 'named',
    // With that mark a default import would be undefined in CommonJS, where types allow it.
    esModule: false,
    manualChunks: partOf,
    chunkFileNames: 'parts/[name].js',
    generatedCode: 'es2015',
    // Each would be one more call of require() at loading.
    hoistTransitiveImports: false,
  })
  await build.close()
}

rmSync(dist, { recursive: true, force: true })
compile()
copyTypes()
await bundle()
chmodSync(path.join(dist, 'cli', 'main.js'), 0o755)
