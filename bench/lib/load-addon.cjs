// Loads the addon as the package does, and nothing else of it: the floor of work J.

const path = require('node:path')

const root = path.join(__dirname, '..', '..')
require(require.resolve('node-gyp-build', { paths: [root] }))(root)
