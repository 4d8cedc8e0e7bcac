import type { Terminal } from './terminal.ts';
import { fit, textWidth } from './textWidth.ts';

const CONTROL_SEQUENCE = /\u001b\[[0-9;]*m/g;

/** The last lines of a terminal, drawn over again and again while lines that stay are printed above them. */
export class LiveRegion {
  readonly #terminal: Pick<Terminal, 'write' | 'columns'>;
  /** The lines on the screen now. */
  #lines: readonly string[] = [];

  constructor(terminal: Pick<Terminal, 'write' | 'columns'>) {
    this.#terminal = terminal;
  }

  /** Prints `stay` for good and draws `lines` below. */
  draw(lines: readonly string[], stay: readonly string[] = []): void {
    const { columns } = this.#terminal;
    const cut = lines.map(line => cutTo(line, columns - 1));
    if (stay.length === 0 && cut.join('\n') === this.#lines.join('\n')) return;
    const text = this.#erase() + [...stay, ...cut].map(line => `${line}\n`).join('');
    this.#lines = cut;
    if (text !== '') this.#terminal.write(text);
  }

  #erase(): string {
    if (this.#lines.length === 0) return '';
    // After the window became narrower a line takes several rows.
    const { columns } = this.#terminal;
    const rows = this.#lines.map(line => Math.max(1, Math.ceil(widthOf(line) / columns)));
    return `\r\u001b[${String(rows.reduce((sum, count) => sum + count, 0))}A\u001b[J`;
  }
}

function widthOf(line: string): number {
  return textWidth(line.replace(CONTROL_SEQUENCE, ''));
}

/** The line in at most `width` columns; one that has to be cut loses its colours. */
function cutTo(line: string, width: number): string {
  return widthOf(line) <= width ? line : fit(line.replace(CONTROL_SEQUENCE, ''), width);
}
