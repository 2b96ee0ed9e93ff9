// Text of files and of errors as a terminal may be given it.

/**
 * Control characters made visible, those too that turn the direction of the text or have no width: what a line of input
 * holds must not steer the terminal, and a byte order mark in the middle of a file is to be seen.
 */
export function printable(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- control characters are what this looks for
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
