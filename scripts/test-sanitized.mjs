// Builds the addon, not only the core, with a sanitizer, and runs test/native/stress.cjs with it in Node.
//
//   node scripts/test-sanitized.mjs [--sanitize=address,undefined | --sanitize=thread] [--rounds=100]
//
// Without --sanitize both, one after the other. Node itself is not instrumented, so the sanitizer's
// run-time is preloaded. The build is in a folder of its own, where it disturbs no other.

import { execFileSync, spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { copyNativeTree, root } from './native-tree.mjs'
import { withNodeHeaders } from './node-headers.mjs'
import { sanitizerOptions, withoutAddressRandomization } from './sanitizers.mjs'

const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js')
const runtimes = { 'address,undefined': 'libasan.so', thread: 'libtsan.so' }

function option(name, otherwise) {
  const given = process.argv.find((word) => word.startsWith(`--${name}=`))
  return given === undefined ? otherwise : given.slice(name.length + 3)
}

function build(folder, sanitize) {
  const flags = `-fsanitize=${sanitize}`
  const env = {
    ...withNodeHeaders(),
    CXXFLAGS: `${flags} -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1`,
    LDFLAGS: flags,
  }
  const words = [nodeGyp, 'configure', 'build', '--directory', folder, '--loglevel', 'warn']
  execFileSync(process.execPath, words, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  return path.join(folder, 'build', 'Release', 'wholeline.node')
}

function runtimeLibrary(sanitize) {
  const compiler = process.env.CXX ?? 'g++'
  const found = execFileSync(compiler, [`-print-file-name=${runtimes[sanitize]}`], {
    encoding: 'utf8',
  }).trim()
  // A compiler that does not have the file gives its bare name back.
  if (path.isAbsolute(found)) return found
  throw new Error(`${compiler} has no ${runtimes[sanitize]}`)
}

function run(addon, sanitize) {
  const stress = path.join(root, 'test', 'native', 'stress.cjs')
  const preload = `LD_PRELOAD=${runtimeLibrary(sanitize)}`
  const program = ['env', preload, process.execPath, '--expose-gc', stress, addon, option('rounds', '100')]
  const [command, ...words] = sanitize === 'thread' ? withoutAddressRandomization(program) : program
  // Node's own locks are seen, its own accesses are not judged.
  const env = { ...process.env, ...sanitizerOptions(':ignore_noninstrumented_modules=1') }
  const limits = { timeout: 600_000, maxBuffer: 1 << 28 }
  return spawnSync(command, words, { env, encoding: 'utf8', ...limits })
}

/** Of the leaks that are reported, those allocated by the addon: Node frees little of its own when it ends. */
function ownLeaks(report) {
  const blocks = report.split('\n\n').filter((block) => /^(Direct|Indirect) leak of/m.test(block))
  return blocks.filter((block) => /#[0-3] .*wholeline\.node/.test(block))
}

/** What is wrong with the run, or null. */
function verdict({ status, signal, stdout, stderr }) {
  if (!/^stress: /m.test(stdout)) return `it ended early (${signal ?? `exit status ${status}`})\n${stderr}`
  if (status === 0) return null
  const onlyLeaks = stderr.includes('ERROR: LeakSanitizer') && !/ERROR: Addr|runtime error:/.test(stderr)
  if (!onlyLeaks) return `exit status ${status}\n${stderr}`
  const leaks = ownLeaks(stderr)
  return leaks.length === 0 ? null : leaks.join('\n\n')
}

for (const sanitize of option('sanitize', 'address,undefined thread').split(' ')) {
  if (!(sanitize in runtimes)) throw new Error(`--sanitize: one of ${Object.keys(runtimes).join(' ')}`)
  const folder = copyNativeTree(`addon-${sanitize.replaceAll(',', '-')}`)
  const result = run(build(folder, sanitize), sanitize)
  const wrong = verdict(result)
  if (wrong !== null) {
    console.error(`the addon with ${sanitize}: ${wrong}`)
    process.exit(1)
  }
  console.log(`the addon with ${sanitize}: no report; ${result.stdout.trim()}`)
}
