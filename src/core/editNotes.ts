/**
 * Which files an editor saved lately, by absolute path. Where a command and an editor were at work in the same moments, nobody
 * can tell afterwards who changed what.
 */
export class EditNotes {
  readonly #paths: string[] = [];
  #dropped = 0;

  /** The editor saved this file. */
  note(path: string): void {
    this.#paths.push(path);
    if (this.#paths.length <= MOST) return;
    const dropped = this.#paths.length - MOST / 2;
    this.#paths.splice(0, dropped);
    this.#dropped += dropped;
  }

  /** The moment of now, for `since`. */
  get mark(): number {
    return this.#dropped + this.#paths.length;
  }

  since(mark: number): ReadonlySet<string> {
    return new Set(this.#paths.slice(Math.max(0, mark - this.#dropped)));
  }
}

const MOST = 10_000;
