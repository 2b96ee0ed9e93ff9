// The reading half of the package: what is loaded when one of these is first called.

export { checkFile } from './check/check-file.js'
export { followRecords } from './reading/follow/follow-records.js'
export { readRecordAt } from './reading/read-record-at.js'
export { readRecords } from './reading/read-records.js'
export { repairFile } from './repair/repair-file.js'
