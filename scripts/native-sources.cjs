// The C++ files of the addon, found by folder, so that adding one is adding a file.

const { readdirSync } = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..')

function sourcesIn(folder) {
  return readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.cc'))
    .sort()
    .map((name) => `${folder}/${name}`)
}

module.exports = { root, sources: [...sourcesIn('src'), ...sourcesIn('src/core')] }
