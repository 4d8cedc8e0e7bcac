import { type DecodedLine, decodeLine, MAX_LINE, SUM_BYTES } from './journalLine.ts';

const CHUNK = 256 * 1024;
/** Longer than this without a newline, bytes are no line: they are looked at piece by piece. */
const WINDOW = 3 * MAX_LINE;

export interface ScannedLine {
  readonly offset: number;
  /** Valid until the next one is asked for. */
  readonly bytes: Buffer;
  /** Where the next line starts. */
  readonly end: number;
  /** `false` for what follows the last newline. */
  readonly terminated: boolean;
}

export type ReadAt = (buffer: Uint8Array, position: number) => number;

/** The lines from `from` to `size`, in bounded memory whatever the bytes are. */
export function* scanLines(read: ReadAt, from: number, size: number): Generator<ScannedLine> {
  let pending: Buffer = Buffer.alloc(0);
  let offset = from;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.max(0, Math.min(CHUNK, size - offset - pending.length)));
    const count = chunk.length === 0 ? 0 : read(chunk, offset + pending.length);
    if (count === 0) break;
    const fresh = chunk.subarray(0, count);
    const data = pending.length === 0 ? fresh : Buffer.concat([pending, fresh]);
    let at = 0;
    for (let newline = data.indexOf(10); newline >= 0; newline = data.indexOf(10, at)) {
      yield {
        offset: offset + at,
        bytes: data.subarray(at, newline),
        end: offset + newline + 1,
        terminated: true,
      };
      at = newline + 1;
    }
    pending = data.subarray(at);
    offset += at;
    if (pending.length > WINDOW) {
      // The overlap lets a record that lies across the cut be found whole.
      const cut = pending.length - MAX_LINE;
      yield { offset, bytes: pending, end: offset + cut, terminated: true };
      pending = pending.subarray(cut);
      offset += cut;
    }
  }
  if (pending.length > 0) yield { offset, bytes: pending, end: offset + pending.length, terminated: false };
}

type Unharmed = Exclude<DecodedLine, { kind: 'damaged' }>;

const START = '{"v":';
const SUM_KEY = ',"sum":"';
/** Bounds the work that crafted bytes can cause. */
const MAX_CANDIDATES = 64;
const MAX_STARTS = 1024;

/**
 * The unharmed records within bytes that are no line: what is left where a newline was lost or rubbish was put in front.
 * An object within a record's own data is never taken for one: in our JSON it follows `:`, `,` or `[`.
 */
export function salvage(bytes: Buffer): readonly (Unharmed & { readonly bytes: Buffer })[] {
  const found: (Unharmed & { readonly bytes: Buffer })[] = [];
  let candidates = 0;
  let start = bytes.indexOf(START);
  for (let starts = 0; start >= 0 && starts < MAX_STARTS; starts++) {
    let next = start + 1;
    if (!isWithinValue(bytes[start - 1])) {
      let tail = bytes.indexOf(SUM_KEY, start);
      while (tail >= 0 && tail + SUM_BYTES - start <= MAX_LINE && candidates < MAX_CANDIDATES) {
        candidates++;
        const candidate = bytes.subarray(start, tail + SUM_BYTES);
        const decoded = decodeLine(candidate);
        if (decoded.kind !== 'damaged') {
          found.push({ ...decoded, bytes: candidate });
          next = tail + SUM_BYTES;
          break;
        }
        tail = bytes.indexOf(SUM_KEY, tail + 1);
      }
    }
    start = bytes.indexOf(START, next);
  }
  return found;
}

function isWithinValue(before: number | undefined): boolean {
  return before !== undefined && ':,['.includes(String.fromCharCode(before));
}
