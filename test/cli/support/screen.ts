import { toDisposable } from '../../../src/core/disposable.ts';
import { createFormat } from '../../../src/cli/format.ts';
import { noStyle } from '../../../src/cli/style.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import { textWidth } from '../../../src/cli/textWidth.ts';

/** A terminal in memory that understands what the program may send: text, line ends, colours, cursor up, erase below. */
export class Screen implements Terminal {
  readonly isPerson: boolean;
  readonly isLive: boolean;
  readonly canAsk = false;
  readonly style = noStyle;
  readonly errorStyle = noStyle;
  readonly format = createFormat({ LANG: 'en_US.UTF-8' });
  columns: number;
  readonly rows = 24;
  /** Everything that was sent. */
  sent = '';
  errors = '';
  #lines: string[] = [''];
  #row = 0;

  constructor({ columns = 80, person = true } = {}) {
    this.columns = columns;
    this.isPerson = person;
    this.isLive = person;
  }

  /** The rows on the screen, all that scrolled away included. */
  get lines(): string[] {
    return this.#lines.map(line => line.trimEnd());
  }

  get text(): string {
    return this.lines.join('\n').trimEnd();
  }

  write(text: string): void {
    this.sent += text;
    for (const [piece] of text.matchAll(/\u001b\[[0-9;]*[A-Za-z]|\r|\n|[^\u001b\r\n]+/g)) this.#take(piece);
  }

  writeBytes(bytes: Uint8Array): Promise<void> {
    this.write(Buffer.from(bytes).toString());
    return Promise.resolve();
  }

  writeError(text: string): void {
    this.errors += text;
  }

  onDidResize(): ReturnType<typeof toDisposable> {
    return toDisposable(() => undefined);
  }

  flush(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  #take(piece: string): void {
    const up = /^\u001b\[(\d+)A$/.exec(piece);
    if (piece === '\n') this.#down();
    else if (up !== null) {
      this.#row -= Number(up[1]);
      if (this.#row < 0) throw new Error('The cursor left the screen.');
    } else if (piece === '\u001b[J') this.#lines.splice(this.#row + 1, Infinity, ...this.#clearRow());
    else if (!piece.startsWith('\u001b') && piece !== '\r') this.#print(piece);
  }

  #clearRow(): string[] {
    this.#lines[this.#row] = '';
    return [];
  }

  #print(text: string): void {
    for (const { segment } of new Intl.Segmenter().segment(text)) {
      if (textWidth((this.#lines[this.#row] ?? '') + segment) > this.columns) this.#down();
      this.#lines[this.#row] = (this.#lines[this.#row] ?? '') + segment;
    }
  }

  #down(): void {
    this.#row++;
    this.#lines[this.#row] ??= '';
  }
}
