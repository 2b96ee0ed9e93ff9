// Whether something is an array of bytes, of whatever realm it is (Jest, vm).

import { types } from 'node:util'

// node:util is loaded in any Node, node:util/types is not.
export const { isUint8Array } = types
