/** A line as it stands in the journal, newline included. */
export interface JournalLine {
  readonly seq: number;
  readonly sum: string;
  readonly bytes: Buffer;
}

const CAPACITY = 512 * 1024;

/** The newest lines, for the case that a foreign hand cuts them off the file. */
export class RecentLines {
  #lines: JournalLine[] = [];
  #bytes = 0;

  push(line: JournalLine): void {
    this.#lines.push(line);
    this.#bytes += line.bytes.length;
    if (this.#bytes > CAPACITY) this.#forget();
  }

  /** The lines from `seq` on; `undefined` when they are no longer all there. */
  from(seq: number): readonly JournalLine[] | undefined {
    const lines = this.all().filter(line => line.seq >= seq);
    return lines[0]?.seq === seq ? lines : undefined;
  }

  /** As far as they are still here, by number: one that had been lost may stand behind later ones. */
  all(): readonly JournalLine[] {
    return this.#lines.toSorted((a, b) => a.seq - b.seq);
  }

  /** Half at a time, so that pushing stays cheap. */
  #forget(): void {
    let index = 0;
    while (this.#bytes > CAPACITY / 2) this.#bytes -= this.#lines[index++]?.bytes.length ?? this.#bytes;
    this.#lines = this.#lines.slice(index);
  }
}
