// Loads the module that is named, if one is, and says how large the process is then (work J).

if (process.argv[2] !== undefined) require(process.argv[2])
process.stdout.write(String(process.memoryUsage.rss()))
