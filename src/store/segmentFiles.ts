import type { FileStat, FileSystem } from './fileSystem.ts';
import type { Expected } from './journalWriter.ts';
import { asRegular, isSameFile, type OpenFile, openRegular } from './regularFile.ts';

/** A foreign hand may remove one segment of a journal: the ones behind it are still looked for. */
const GAP = 2;

/**
 * The files of one journal, held open while the session is: what another program unlinks or replaces can still be read
 * through them.
 */
export class SegmentFiles {
  readonly #files: FileSystem;
  readonly #pathOf: (segment: number) => string;
  readonly #open = new Map<number, OpenFile>();
  /** Descriptors of segments that nobody has read from yet, so that opening a long journal costs little. */
  readonly #kept = new Map<number, number>();
  #turn = 0;

  constructor(files: FileSystem, pathOf: (segment: number) => string) {
    this.#files = files;
    this.#pathOf = pathOf;
  }

  pathOf(segment: number): string {
    return this.#pathOf(segment);
  }

  /** The first segment after this one that exists; `undefined` when it is the last. */
  after(segment: number): number | undefined {
    for (let next = segment + 1; next <= segment + GAP; next++) {
      if (this.#files.lstat(this.#pathOf(next)) !== undefined) return next;
    }
    return undefined;
  }

  /** The segment, opened for reading on first use. Throws as `openRegular` does. */
  open(segment: number): OpenFile {
    const open =
      this.#open.get(segment) ??
      this.#takeUp(segment) ??
      openRegular(this.#files, this.#pathOf(segment), 'read');
    this.#open.set(segment, open);
    return open;
  }

  /** What a writer must find in order to append to a segment of which this much was read; `ended`: with a newline at its end. */
  expected(segment: number, bytes: number, ended = false): Expected {
    const file = this.#open.get(segment)?.stat;
    return file === undefined ? 'nothing' : { file, bytes, ended };
  }

  /** Holds a file that was just written, unless another has its name already. */
  hold(segment: number, written: FileStat): void {
    if (this.#open.has(segment)) return;
    try {
      const file = openRegular(this.#files, this.#pathOf(segment), 'read');
      if (isSameFile(file.stat, written)) this.#open.set(segment, file);
      else this.#files.close(file.descriptor);
    } catch {
      // Its name is gone already, which the next look tells.
    }
  }

  /** Opens the segments before `last` that can be opened, so that their content stays within reach. */
  holdUpTo(last: number): void {
    for (let segment = 1; segment < last; segment++) {
      try {
        if (!this.#open.has(segment) && !this.#kept.has(segment))
          this.#kept.set(segment, this.#files.open(this.#pathOf(segment), 'read'));
      } catch {
        // What is missing before the snapshot's position is the doctor's to tell.
      }
    }
  }

  /** The segments that are held open, in order. */
  get held(): readonly number[] {
    return [...this.#open.keys(), ...this.#kept.keys()].sort((a, b) => a - b);
  }

  /** What is at the path of a segment now, and whether it is still the file that is held. */
  look(segment: number): { readonly stat: FileStat | undefined; readonly same: boolean } {
    const held = this.#kept.has(segment) ? this.open(segment) : this.#open.get(segment);
    const stat = this.#files.lstat(this.#pathOf(segment));
    return { stat, same: held === undefined ? stat === undefined : isSameFile(held.stat, stat) };
  }

  /** Whether the held segments before `last` are still the files that have their names. */
  areSame(last: number): boolean {
    return this.held.every(segment => segment >= last || this.look(segment).same);
  }

  /** The same of one of them, the next each time: so that an append costs no more in a long journal than in a short one. */
  isNextSame(last: number): boolean {
    if (last === 1) return true;
    this.#turn = (this.#turn % (last - 1)) + 1;
    const isHeld = this.#open.has(this.#turn) || this.#kept.has(this.#turn);
    return !isHeld || this.look(this.#turn).same;
  }

  /** The held segments before `last` whose names are gone. */
  vanished(last: number): readonly number[] {
    return this.held.filter(
      segment => segment < last && this.#files.lstat(this.#pathOf(segment)) === undefined,
    );
  }

  size(segment: number): number {
    return this.#files.fstat(this.open(segment).descriptor).size;
  }

  read(segment: number, buffer: Uint8Array, position: number): number {
    return this.#files.read(this.open(segment).descriptor, buffer, position);
  }

  close(): void {
    for (const { descriptor } of this.#open.values()) this.#files.close(descriptor);
    for (const descriptor of this.#kept.values()) this.#files.close(descriptor);
    this.#open.clear();
    this.#kept.clear();
  }

  #takeUp(segment: number): OpenFile | undefined {
    const descriptor = this.#kept.get(segment);
    if (descriptor === undefined) return undefined;
    this.#kept.delete(segment);
    return asRegular(this.#files, this.#pathOf(segment), descriptor);
  }
}
