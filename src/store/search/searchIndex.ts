import { messageOf } from '../../core/errors.ts';
import type { IndexedRow } from '../indexedRow.ts';
import { slicer, type StorePorts } from '../storePorts.ts';
import type { SearchFolder } from './searchFolder.ts';
import type { SearchNeeds } from './searchNeeds.ts';
import type { Signature } from './signature.ts';
import { BlockDamage, encodeBlock, type IndexedSession, SignatureBlock } from './signatureBlock.ts';
import { SignaturePlaces } from './signaturePlaces.ts';

/** So many signatures of one size make a block; fewer are written when the process ends, and joined later. */
const FULL_BLOCK = 512;
/** Blocks of one size with less than half of that, beyond which they are joined. */
const MAX_SMALL = 4;
/** What waits to be written, where nothing may be. */
const MAX_WAITING = 8 * 1024 * 1024;

/** Whether a session may have what a search needs; `unknown`: its files must be read to know. */
export type Verdict = 'no' | 'maybe' | 'unknown';

/** Of each session of a list the block that has it, -1 for none, and where. */
interface Resolved {
  readonly rows: readonly IndexedRow[];
  readonly version: number;
  /** What the numbers in `blocks` stand for. */
  readonly numbered: readonly SignatureBlock[];
  readonly blocks: Int32Array;
  readonly columns: Int32Array;
}

interface Waiting {
  readonly session: IndexedSession;
  readonly signature: Signature;
}

/**
 * What sessions may have what is searched for: a signature of each one's trigrams. All of it can be deleted at any time.
 * Whatever fails here costs time, not truth: it is logged and the sessions are read.
 */
export class SearchIndex {
  readonly #ports: StorePorts;
  readonly #folder: SearchFolder | undefined;
  readonly #mayWrite: () => boolean;
  readonly #blocks = new Map<string, SignatureBlock>();
  readonly #places = new SignaturePlaces();
  readonly #waiting = new Map<string, Waiting>();
  /** How many of each size wait. */
  readonly #alike = new Map<number, number>();
  #waitingBytes = 0;
  #seen: string | undefined;
  /** Goes up with every change of `#blocks` and `#places`. */
  #version = 0;
  #resolved: Resolved | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(ports: StorePorts, folder: SearchFolder | undefined, mayWrite: () => boolean) {
    this.#ports = ports;
    this.#folder = folder;
    this.#mayWrite = mayWrite;
  }

  /** Takes in what this and other processes wrote since. */
  async refresh(): Promise<void> {
    const folder = this.#folder;
    if (folder === undefined) return;
    try {
      const stamp = folder.stamp();
      if (stamp === this.#seen) return;
      // What is written while the folder is read may not be among its names.
      const known = [...this.#blocks.keys()];
      const names = new Set(await folder.names());
      for (const name of known) if (!names.has(name)) this.#forget(name);
      const breathe = slicer(this.#ports);
      for (const name of names) {
        if (!this.#blocks.has(name)) this.#load(folder, name);
        await breathe();
      }
      this.#seen = stamp;
    } catch (error) {
      this.#complain(error);
    }
  }

  /** Judges sessions, by their place in the list. */
  async judge(needs: SearchNeeds, rows: readonly IndexedRow[]): Promise<(place: number) => Verdict> {
    const breathe = slicer(this.#ports);
    const known = await this.#resolve(rows);
    const judges: (((column: number) => boolean) | undefined)[] = [];
    for (const block of known.numbered) {
      try {
        judges.push(block.judge(needs));
      } catch (error) {
        judges.push(undefined);
        this.#discard(block, error);
      }
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    return place => {
      const judge = judges[known.blocks[place] ?? -1];
      return judge === undefined ? 'unknown' : judge(known.columns[place] ?? 0) ? 'maybe' : 'no';
    };
  }

  /** The signature of just this content, where it waits to be written. */
  find(sessionId: string, stamp: string): Signature | undefined {
    const waiting = this.#waiting.get(sessionId);
    return waiting?.session.stamp === stamp ? waiting.signature : undefined;
  }

  has(sessionId: string, stamp: string): boolean {
    const place = this.#places.get(sessionId);
    return (
      this.#waiting.get(sessionId)?.session.stamp === stamp ||
      place?.block.sessions[place.column]?.stamp === stamp
    );
  }

  /** What is known of a session, of whatever content, for adding to it. */
  async newest(sessionId: string): Promise<Waiting | undefined> {
    const waiting = this.#waiting.get(sessionId);
    const place = this.#places.get(sessionId);
    if (waiting !== undefined || place === undefined) return waiting;
    const session = place.block.sessions[place.column];
    try {
      for await (const [, signature] of this.#signatures(place.block, [place.column]))
        return session && { session, signature };
    } catch (error) {
      this.#discard(place.block, error);
    }
    return undefined;
  }

  /** Keeps what was found out about a session, and writes it once there is enough of its size. */
  async add(session: IndexedSession, signature: Signature): Promise<void> {
    this.#forgetWaiting(session.sessionId);
    this.#waiting.set(session.sessionId, { session, signature });
    this.#waitingBytes += signature.bytes.length;
    const { bits } = signature;
    const count = (this.#alike.get(bits) ?? 0) + 1;
    this.#alike.set(bits, count);
    const alike = this.#waitingBytes > MAX_WAITING ? Infinity : count;
    if (alike >= FULL_BLOCK) await this.#write(bits);
  }

  /** Sessions that are no more need no place. */
  async retain(sessionIds: ReadonlySet<string>): Promise<void> {
    const breathe = slicer(this.#ports);
    for (const sessionId of this.#places.sessionIds()) {
      if (!sessionIds.has(sessionId)) this.#places.delete(sessionId);
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    this.#version++;
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    const sizes = new Set([...this.#waiting.values()].map(({ signature }) => signature.bits));
    for (const bits of sizes) await this.#write(bits);
  }

  /** Where the sessions of a list are in the blocks. Who types asks again and again for the same list. */
  async #resolve(rows: readonly IndexedRow[]): Promise<Resolved> {
    if (this.#resolved?.rows === rows && this.#resolved.version === this.#version) return this.#resolved;
    const breathe = slicer(this.#ports);
    const numbered = [...this.#blocks.values()];
    const numbers = new Map(numbered.map((block, number) => [block, number]));
    const resolved = {
      ...{ rows, version: this.#version, numbered },
      blocks: new Int32Array(rows.length).fill(-1),
      columns: new Int32Array(rows.length),
    };
    for (const [index, { sessionId, stamp }] of rows.entries()) {
      const pause = breathe();
      if (pause !== undefined) await pause;
      const place = this.#places.get(sessionId);
      if (place?.block.sessions[place.column]?.stamp !== stamp) continue;
      resolved.blocks[index] = numbers.get(place.block) ?? -1;
      resolved.columns[index] = place.column;
    }
    this.#resolved = resolved;
    return resolved;
  }

  #write(bits: number): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeSize(bits));
    return this.#writing;
  }

  async #writeSize(bits: number): Promise<void> {
    const folder = this.#folder;
    if (folder === undefined || !this.#mayWrite()) {
      if (this.#waitingBytes > MAX_WAITING) this.#dropWaiting();
      return;
    }
    const breathe = slicer(this.#ports);
    try {
      const joined = this.#worthJoining(bits);
      const entries = [...this.#waiting.values()].filter(({ signature }) => signature.bits === bits);
      const kept = new Set(entries.map(({ session }) => session.sessionId));
      for (const block of joined) entries.push(...(await this.#rest(block, kept)));
      for (let at = 0; at < entries.length; at += FULL_BLOCK) {
        const name = await folder.write(encodeBlock(bits, entries.slice(at, at + FULL_BLOCK)), breathe);
        this.#load(folder, name, true);
      }
      for (const { session, signature } of entries)
        if (this.#waiting.get(session.sessionId)?.signature === signature)
          this.#forgetWaiting(session.sessionId);
      folder.remove(joined.map(({ name }) => name));
      for (const { name } of joined) this.#forget(name);
      await folder.removeLeftovers();
    } catch (error) {
      this.#complain(error);
      this.#dropWaiting();
    }
  }

  /** Blocks of this size that are mostly out of date, and small ones when they have become many. */
  #worthJoining(bits: number): SignatureBlock[] {
    const alike = [...this.#blocks.values()].filter(block => block.bits === bits);
    const small = alike.filter(block => this.#places.live(block) < FULL_BLOCK / 2);
    const stale = alike.filter(block => this.#places.live(block) * 2 < block.sessions.length);
    return small.length > MAX_SMALL ? small : stale;
  }

  async #rest(block: SignatureBlock, kept: ReadonlySet<string>): Promise<Waiting[]> {
    const entries: Waiting[] = [];
    const columns = this.#places
      .liveColumns(block)
      .filter(column => !kept.has(block.sessions[column]?.sessionId ?? ''));
    for await (const [column, signature] of this.#signatures(block, columns)) {
      const session = block.sessions[column];
      if (session !== undefined) entries.push({ session, signature });
    }
    return entries;
  }

  async *#signatures(
    block: SignatureBlock,
    columns: readonly number[],
  ): AsyncGenerator<readonly [number, Signature]> {
    const breathe = slicer(this.#ports);
    for (const entry of block.signatures(columns)) {
      if (entry !== undefined) yield entry;
      await breathe();
    }
  }

  #load(folder: SearchFolder, name: string, isOwn = false): void {
    try {
      const block = new SignatureBlock(this.#ports.files, folder.path(name), name);
      this.#blocks.set(name, block);
      this.#version++;
      for (const [column, { sessionId, quiet }] of block.sessions.entries()) {
        const known = this.#places.get(sessionId);
        const before = known?.block.sessions[known.column]?.quiet?.seq ?? -1;
        // Of two the one that goes further; what is of another content than the files is found out by its stamp.
        if (isOwn || known === undefined || (quiet?.seq ?? -1) >= before)
          this.#places.set(sessionId, { block, column });
      }
    } catch (error) {
      this.#complain(error);
      if (error instanceof BlockDamage && this.#mayWrite()) folder.remove([name]);
    }
  }

  #discard(block: SignatureBlock, error: unknown): void {
    this.#complain(error);
    // It may be gone because another process joined it with others: those are looked for again.
    this.#seen = undefined;
    this.#forget(block.name);
    if (error instanceof BlockDamage && this.#mayWrite()) this.#folder?.remove([block.name]);
  }

  #forget(name: string): void {
    const block = this.#blocks.get(name);
    this.#blocks.delete(name);
    this.#version++;
    if (block !== undefined) this.#places.forget(block);
  }

  #forgetWaiting(sessionId: string): void {
    const signature = this.#waiting.get(sessionId)?.signature;
    if (signature === undefined) return;
    this.#waitingBytes -= signature.bytes.length;
    this.#alike.set(signature.bits, (this.#alike.get(signature.bits) ?? 0) - 1);
    this.#waiting.delete(sessionId);
  }

  #dropWaiting(): void {
    this.#waiting.clear();
    this.#alike.clear();
    this.#waitingBytes = 0;
  }

  #complain(error: unknown): void {
    this.#ports.logger.debug(`The search index cannot be used as it is: ${messageOf(error)}`);
  }
}
