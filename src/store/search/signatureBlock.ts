import { crc32 } from 'node:zlib';
import type { FileSystem } from '../fileSystem.ts';
import { decodeIndexLine, encodeIndexLine } from '../indexLine.ts';
import type { JournalPosition } from '../journalPosition.ts';
import { scanLines } from '../lineScanner.ts';
import { openRegular, readFully } from '../regularFile.ts';
import { isPlainObject } from '../shape.ts';
import type { SearchNeeds } from './searchNeeds.ts';
import { placesOf, Signature } from './signature.ts';

const VERSION = 1;
/** From so many signatures on their bits are kept by place, so that a search reads a few bytes of them all. */
const ROWS_FROM = 128;
const SUM_BYTES = 2;

/** Whose a signature is, and what content it was made from. */
export interface IndexedSession {
  readonly sessionId: string;
  readonly stamp: string;
  /** Where reading can go on; `null`: only from the beginning. */
  readonly quiet: JournalPosition | null;
}

interface Header {
  readonly version: number;
  readonly bits: number;
  readonly sessions: readonly IndexedSession[];
  /** Of the body, where it is read at once; `null` where each row has its own. */
  readonly sum: number | null;
}

/** Damage costs time: what a block held is read from the files again. */
export class BlockDamage extends Error {}

/**
 * The pieces of a file with signatures of one size: who they are of, then their bits. Few are written one after the other.
 * Many are turned round: a row for each place with a bit for each session, and a sum. Yields between pieces.
 */
export function* encodeBlock(
  bits: number,
  entries: readonly { readonly session: IndexedSession; readonly signature: Signature }[],
): Generator<Buffer | undefined> {
  const sessions = entries.map(({ session }) => session);
  const header = { version: VERSION, bits, sessions };
  if (entries.length < ROWS_FROM) {
    const body = Buffer.concat(entries.map(({ signature }) => signature.bytes));
    yield Buffer.from(encodeIndexLine({ ...header, sum: crc32(body) } satisfies Header));
    yield body;
    return;
  }
  const stride = strideOf(entries.length);
  const body = Buffer.alloc(bits * stride);
  for (const [column, { signature }] of entries.entries()) {
    setColumn(body, stride, column, signature);
    yield undefined;
  }
  for (let row = 0; row < bits; row++) {
    const at = row * stride;
    body.writeUInt16LE(sumOf(body, at, stride - SUM_BYTES), at + stride - SUM_BYTES);
    if (row % 1024 === 0) yield undefined;
  }
  yield Buffer.from(encodeIndexLine({ ...header, sum: null } satisfies Header));
  yield body;
}

/** One file of the index, as far as it is in memory: who is in it, and the bits of few. */
export class SignatureBlock {
  readonly name: string;
  readonly bits: number;
  readonly sessions: readonly IndexedSession[];
  readonly #files: FileSystem;
  readonly #path: string;
  readonly #start: number;
  /** `undefined`: turned round, on disk. */
  readonly #signatures: readonly Signature[] | undefined;

  /** Throws `BlockDamage`, or as reading fails. */
  constructor(files: FileSystem, path: string, name: string) {
    this.#files = files;
    this.#path = path;
    this.name = name;
    const { descriptor, stat } = openRegular(files, path, 'read');
    try {
      const { header, end } = readHeader(files, descriptor, stat.size);
      this.bits = header.bits;
      this.sessions = header.sessions;
      this.#start = end;
      const count = header.sessions.length;
      const size = header.sum === null ? this.bits * strideOf(count) : count * (this.bits / 8);
      if (stat.size !== end + size) throw new BlockDamage('It is cut off.');
      if (header.sum !== null) {
        const body = readFully(files, descriptor, end, size);
        if (crc32(body) !== header.sum) throw new BlockDamage('Its checksum is wrong.');
        const of = (column: number): Buffer =>
          body.subarray((column * this.bits) / 8, ((column + 1) * this.bits) / 8);
        this.#signatures = header.sessions.map(
          (_, column) => new Signature(this.bits, Uint8Array.from(of(column))),
        );
      }
    } finally {
      files.close(descriptor);
    }
  }

  /** Of each session whether it may have what is needed. Throws `BlockDamage`, or as reading fails. */
  judge(needs: SearchNeeds): (column: number) => boolean {
    const signatures = this.#signatures;
    if (signatures !== undefined)
      return column => {
        const signature = signatures[column];
        return signature === undefined || meets(signature, needs);
      };
    const places = needs.map(choices =>
      choices.map(hashes => hashes.flatMap(hash => placesOf(hash, this.bits))),
    );
    const columns = this.#withRows(rowAt => {
      const all = new Uint8Array(strideOf(this.sessions.length) - SUM_BYTES).fill(0xff);
      for (const choices of places) {
        const any = new Uint8Array(all.length);
        for (const choice of choices) {
          const each = new Uint8Array(all.length).fill(0xff);
          for (const place of choice) intersect(each, rowAt(place));
          unite(any, each);
        }
        intersect(all, any);
        if (all.every(byte => byte === 0)) break;
      }
      return all;
    });
    return column => ((columns[column >>> 3] ?? 0) & (1 << (column & 7))) !== 0;
  }

  /** The signatures of some of the sessions, by column. Throws `BlockDamage`, or as reading fails. */
  *signatures(columns: readonly number[]): Generator<readonly [number, Signature] | undefined> {
    if (this.#signatures !== undefined) {
      for (const column of columns) {
        const signature = this.#signatures[column];
        if (signature !== undefined)
          yield [column, new Signature(this.bits, Uint8Array.from(signature.bytes))];
      }
      return;
    }
    const stride = strideOf(this.sessions.length);
    const body = this.#read((descriptor, at) => readFully(this.#files, descriptor, at, this.bits * stride));
    for (let row = 0; row < this.bits; row++) {
      checkRow(body, row * stride, stride);
      if (row % 1024 === 0) yield undefined;
    }
    for (const column of columns) {
      const signature = new Signature(this.bits);
      const mask = 1 << (column & 7);
      for (let row = 0, at = column >>> 3; row < this.bits; row++, at += stride) {
        if (((body[at] ?? 0) & mask) !== 0)
          signature.bytes[row >>> 3] = (signature.bytes[row >>> 3] ?? 0) | (1 << (row & 7));
      }
      yield [column, signature];
    }
  }

  #withRows<T>(action: (rowAt: (place: number) => Uint8Array) => T): T {
    const stride = strideOf(this.sessions.length);
    const row = Buffer.alloc(stride);
    return this.#read((descriptor, start) =>
      action(place => {
        if (this.#files.read(descriptor, row, start + place * stride) < stride)
          throw new BlockDamage('It is cut off.');
        checkRow(row, 0, stride);
        return row;
      }),
    );
  }

  #read<T>(action: (descriptor: number, start: number) => T): T {
    const { descriptor } = openRegular(this.#files, this.#path, 'read');
    try {
      return action(descriptor, this.#start);
    } finally {
      this.#files.close(descriptor);
    }
  }
}

/** Whether a signature has what is needed. */
export function meets(signature: Signature, needs: SearchNeeds): boolean {
  const has = (hash: number): boolean => placesOf(hash, signature.bits).every(place => signature.has(place));
  return needs.every(choices => choices.some(hashes => hashes.every(has)));
}

function readHeader(files: FileSystem, descriptor: number, size: number): { header: Header; end: number } {
  const read = (buffer: Uint8Array, at: number): number => files.read(descriptor, buffer, at);
  for (const { bytes, end, terminated } of scanLines(read, 0, size)) {
    const header = terminated ? decodeIndexLine(bytes) : undefined;
    if (isPlainObject(header) && header['version'] === VERSION)
      return { header: header as unknown as Header, end };
    break;
  }
  throw new BlockDamage('Its header cannot be read.');
}

function strideOf(count: number): number {
  return Math.ceil(count / 8) + SUM_BYTES;
}

function setColumn(body: Buffer, stride: number, column: number, { bits, bytes }: Signature): void {
  const mask = 1 << (column & 7);
  const offset = column >>> 3;
  for (let row = 0; row < bits; row++) {
    if (((bytes[row >>> 3] ?? 0) & (1 << (row & 7))) === 0) continue;
    const at = row * stride + offset;
    body[at] = (body[at] ?? 0) | mask;
  }
}

/** Any one byte that is another makes another sum, and so do bytes that are all zero. */
function sumOf(bytes: Uint8Array, start: number, length: number): number {
  let sum = 1;
  for (let at = start; at < start + length; at++) sum = (Math.imul(sum, 31) + (bytes[at] ?? 0)) & 0xffff;
  return sum;
}

function checkRow(bytes: Buffer, start: number, stride: number): void {
  const length = stride - SUM_BYTES;
  if (sumOf(bytes, start, length) !== bytes.readUInt16LE(start + length))
    throw new BlockDamage('The checksum of a row is wrong.');
}

function intersect(into: Uint8Array, other: Uint8Array): void {
  for (let index = 0; index < into.length; index++) into[index] = (into[index] ?? 0) & (other[index] ?? 0);
}

function unite(into: Uint8Array, other: Uint8Array): void {
  for (let index = 0; index < into.length; index++) into[index] = (into[index] ?? 0) | (other[index] ?? 0);
}
