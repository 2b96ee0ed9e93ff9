// Loads the module that is named, if one is, and says how long that took and how large the process is then (work J).

const name = process.argv[2]
const start = process.hrtime.bigint()
if (name !== undefined) require(name)
const spent = process.hrtime.bigint() - start
process.stdout.write(JSON.stringify({ spent: Number(spent), bytes: process.memoryUsage.rss() }))
