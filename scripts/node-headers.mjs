// Where node-gyp finds Node's headers without fetching them: beside the node that runs, if it was
// installed with them.

import { existsSync } from 'node:fs'
import path from 'node:path'

// By this name node-gyp takes it, and npm does not warn of a setting that it does not know.
const ownConfig = 'npm_package_config_node_gyp_nodedir'

/** The environment for node-gyp; what is already said there stays. */
export function withNodeHeaders(env = process.env) {
  const prefix = path.dirname(path.dirname(process.execPath))
  if (env.npm_config_nodedir !== undefined || env[ownConfig] !== undefined) return env
  if (!existsSync(path.join(prefix, 'include', 'node', 'node_api.h'))) return env
  return { ...env, [ownConfig]: prefix }
}
