/**
 * Names as git prints them are bytes, and need not be UTF-8. While a folder is captured each byte is one character (Latin-1), so
 * that every name survives; only what is shown or recorded is decoded.
 */
export function fromBytes(output: Uint8Array): string[] {
  return Buffer.from(output)
    .toString('latin1')
    .split('\0')
    .filter(name => name !== '');
}

export function toBytes(name: string): Buffer {
  return Buffer.from(name, 'latin1');
}

/** The name as text; `undefined` when it is not UTF-8. */
export function decoded(name: string): string | undefined {
  const bytes = toBytes(name);
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

export function encoded(name: string): string {
  return Buffer.from(name).toString('latin1');
}
