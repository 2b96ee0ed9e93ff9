// Names of error numbers: the platform's, and Rust's.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'
import { nameError } from '../../lib/errors/error-names.js'

const errnos = Array.from({ length: 134 }, (_, errno) => errno)

/** The members of the type, read where they are declared: types are gone when a test runs. */
function declaredKinds(): Set<string> {
  const source = readFileSync(path.join(__dirname, '..', '..', 'lib', 'errors', 'error-kind.ts'), 'utf8')
  return new Set([...source.matchAll(/^ {2}\| '(\w+)'$/gm)].map(([, kind]) => kind ?? ''))
}

test('every kind that the core names is a member of ErrorKind', () => {
  const kinds = errnos.map((errno) => nameError(errno).kind)
  const declared = declaredKinds()
  expect(kinds.filter((kind) => !declared.has(kind))).toEqual([])
})

test('every kind of ErrorKind but our own and InvalidData and WriteZero comes from some errno', () => {
  const named = new Set<string>(errnos.map((errno) => nameError(errno).kind))
  const unnamed = [...declaredKinds()].filter((kind) => !named.has(kind)).sort()
  expect(unnamed).toEqual(['BufferFull', 'InvalidData', 'Poisoned', 'WriteZero'])
})

test('every code is the one that the platform has for that number', () => {
  const platform = new Map(Object.entries(constants.errno).map(([code, errno]) => [code, errno]))
  const wrong = errnos.filter((errno) => {
    const { code } = nameError(errno)
    return code !== null && platform.has(code) && platform.get(code) !== errno
  })
  expect(wrong).toEqual([])
})

test.each([
  ['ENOSPC', 'StorageFull'],
  ['EDQUOT', 'QuotaExceeded'],
  ['EFBIG', 'FileTooLarge'],
  ['EACCES', 'PermissionDenied'],
  ['EPERM', 'PermissionDenied'],
  ['EROFS', 'ReadOnlyFilesystem'],
  ['ENOENT', 'NotFound'],
  ['EISDIR', 'IsADirectory'],
  ['EBUSY', 'ResourceBusy'],
  ['ESTALE', 'StaleNetworkFileHandle'],
  ['EIO', 'Uncategorized'],
])('%s is %s', (code, kind) => {
  const errno = errnos.find((candidate) => nameError(candidate).code === code)
  expect(errno).toBeDefined()
  expect(nameError(errno ?? 0)).toMatchObject({ code, kind })
})

test('EDQUOT has a name although Node knows none', () => {
  const answer = execFileSync('python3', ['-c', 'import errno; print(errno.EDQUOT)'], { encoding: 'utf8' })
  expect(nameError(Number(answer)).code).toBe('EDQUOT')
})

test('a number that nobody knows has no code and is Uncategorized', () => {
  expect(nameError(9999)).toMatchObject({ code: null, kind: 'Uncategorized' })
})
