// The same exports for import: there is one copy of every class, however it is loaded.

export * from './index.js'
