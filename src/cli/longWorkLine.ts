import type { LongWork } from '../core/longWork.ts';
import { LiveRegion } from './liveRegion.ts';
import type { Terminal } from './terminal.ts';

/** Says that something takes long because there are many sessions: how far it is where a person sees it, elsewhere once. */
export class LongWorkLine {
  readonly #terminal: Terminal;
  readonly #region: LiveRegion | undefined;
  readonly #said = new Set<LongWork['kind']>();
  #isStopped = false;

  /** `isDrawn`: whether nothing else is drawn on standard output meanwhile. */
  constructor(terminal: Terminal, isDrawn: boolean) {
    this.#terminal = terminal;
    this.#region = terminal.isLive && isDrawn ? new LiveRegion(terminal) : undefined;
  }

  show({ kind, done, total }: LongWork): void {
    if (this.#isStopped) return;
    const { format, style } = this.#terminal;
    const isReading = kind !== 'check';
    if (this.#region !== undefined) {
      const far = `${format.number(done)} of ${format.number(total)}`;
      const lines = isReading
        ? [`Reading sessions for the first time: ${far}.`, `Ctrl-C ends it${KEPT}.`]
        : [`Checking sessions: ${far}.`, 'Ctrl-C ends it.'];
      this.#region.draw(done < total ? lines.map(line => style.dim(line)) : []);
    } else if (done < total && !this.#said.has(kind)) {
      this.#said.add(kind);
      const what = isReading ? 'sessions for the first time' : 'sessions';
      this.#terminal.writeError(`${isReading ? 'Reading' : 'Checking'} ${format.number(total)} ${what}.\n`);
    }
  }

  /** Leaves nothing behind where it can be drawn over, and says no more. */
  stop(): void {
    this.#isStopped = true;
    this.#region?.draw([]);
  }
}

const KEPT = '; in a folder that is trusted, what was read is known from then on';
