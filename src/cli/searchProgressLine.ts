import type { SearchProgress } from '../core/search/searchPage.ts';
import { LiveRegion } from './liveRegion.ts';
import type { Terminal } from './terminal.ts';

/** So many must be left before it is worth a word. */
const MANY = 1_000;

/** Says that a search has to read sessions because the index does not know them: how many a person sees, a program reads that once. */
export class SearchProgressLine {
  readonly #terminal: Terminal;
  readonly #region: LiveRegion | undefined;
  #isSaid = false;

  constructor(terminal: Terminal, isDocument: boolean) {
    this.#terminal = terminal;
    this.#region = terminal.isLive && !isDocument ? new LiveRegion(terminal) : undefined;
  }

  show({ searched, total, learned, hits }: SearchProgress): void {
    if (learned === 0 || (!this.#isSaid && total - searched < MANY)) return;
    const { format, style } = this.#terminal;
    const all = format.number(total);
    const isFirst = !this.#isSaid;
    this.#isSaid = true;
    if (this.#region !== undefined) {
      const found = hits.length === 0 ? '' : ` Found ${format.number(hits.length)} so far.`;
      const line = `Reading sessions for the first time: ${format.number(searched)} of ${all}.${found}`;
      this.#region.draw([style.dim(line), style.dim('Ctrl-C ends it; what was read is known from then on.')]);
    } else if (isFirst) {
      this.#terminal.writeError(`Reading ${all} sessions for the first time; the next search is quick.\n`);
    }
  }

  /** Leaves nothing behind where it can be drawn over. */
  clear(): void {
    this.#region?.draw([]);
  }
}
