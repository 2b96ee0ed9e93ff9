// What is open is made by an open call alone.

export function refuseConstruction(name: string): never {
  throw new TypeError(`${name} is opened, not constructed: ${name}.open(path) or ${name}.openSync(path)`)
}
