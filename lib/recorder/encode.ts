// A text into bytes. Buffer.write checks what is known here, and looks up the encoding each time: a tenth of what
// giving a record costs. What it ends in is a method of every Buffer, which other packages rely on too; should it go,
// Buffer.write is there.

interface Utf8Buffer extends Buffer {
  utf8Write(text: string, offset: number, length: number): number
}

function writeUtf8(bytes: Buffer, text: string, offset: number): number {
  return (bytes as Utf8Buffer).utf8Write(text, offset, bytes.length - offset)
}

function write(bytes: Buffer, text: string, offset: number): number {
  return bytes.write(text, offset, bytes.length - offset, 'utf8')
}

/** Writes the text as UTF-8 from `offset` on, where there is room for it; gives the bytes that it took. */
export const encodeInto = 'utf8Write' in Buffer.prototype ? writeUtf8 : write
