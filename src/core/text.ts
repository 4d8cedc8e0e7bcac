const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Length in UTF-8 bytes. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** The end of `text` that fits in `bytes` of UTF-8, cut between characters. */
export function lastBytes(text: string, bytes: number): string {
  const encoded = encoder.encode(text.slice(-bytes));
  if (encoded.length <= bytes) return text.slice(-bytes);
  let start = encoded.length - bytes;
  while (isContinuation(encoded[start])) start++;
  return decoder.decode(encoded.subarray(start));
}

/** The end of a text that comes in pieces: what `lastBytes` finds in all of it, encoded once and not with every piece. */
export class TextEnd {
  readonly #bytes: number;
  #kept = '';

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  push(text: string): void {
    this.#kept += text;
    // No character takes less than a byte.
    if (this.#kept.length > 2 * this.#bytes) this.#kept = this.#kept.slice(-this.#bytes);
  }

  get text(): string {
    return lastBytes(this.#kept, this.#bytes);
  }
}

/** The beginning of `text` that fits in `bytes` of UTF-8, cut between characters. */
export function firstBytes(text: string, bytes: number): string {
  const encoded = encoder.encode(text.slice(0, bytes));
  if (encoded.length <= bytes) return text.slice(0, bytes);
  let end = bytes;
  while (end > 0 && isContinuation(encoded[end])) end--;
  return decoder.decode(encoded.subarray(0, end));
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
