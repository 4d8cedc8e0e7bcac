import { type Command, Option } from 'commander';
import { invalidInput } from '../core/errors.ts';
import { parseLimit, parseSessionStatus } from '../core/input.ts';
import type { SessionQuery } from '../core/ports.ts';

/** What every command accepts. */
export interface GlobalOptions {
  readonly root: string | undefined;
  /** How results are given to programs; `undefined`: to people. */
  readonly json: 'document' | 'lines' | undefined;
  readonly yes: boolean;
  readonly trust: boolean;
}

/** The options of one command by their long names; what is missing or of another kind is `undefined`. */
export class Options {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(command: Command) {
    this.#values = command.optsWithGlobals();
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** An option that may be given more than once. */
  texts(name: string): string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter(entry => typeof entry === 'string') : [];
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  /** `--no-wait` was not given. */
  get waits(): boolean {
    return this.#values['wait'] !== false;
  }

  get global(): GlobalOptions {
    const json = this.flag('jsonl') ? 'lines' : this.flag('json') ? 'document' : undefined;
    return { root: this.text('root'), json, yes: this.flag('yes'), trust: this.flag('trust') };
  }

  /** `--limit`, `--cursor`, `--status`, `--q` and `--archived` of a list of sessions. */
  get query(): SessionQuery {
    const [limit, cursor, status, q] = [
      this.limit,
      ...['cursor', 'status', 'q'].map(name => this.text(name)),
    ];
    return {
      ...(limit !== undefined && { limit }),
      ...(cursor !== undefined && { cursor }),
      ...(status !== undefined && { status: parseSessionStatus(status) }),
      ...(q !== undefined && { q }),
      ...(this.flag('archived') && { archived: true }),
    };
  }

  get limit(): number | undefined {
    const text = this.text('limit');
    if (text === undefined) return undefined;
    if (!/^\d{1,9}$/.test(text))
      throw invalidInput('limit', `The limit is a whole number from 1 to 1000, not ${JSON.stringify(text)}.`);
    return parseLimit(Number(text));
  }
}

/** What a list accepts. */
export function listOptions(command: Command, statuses: readonly string[]): Command {
  return command
    .option('--limit <n>', 'how many at most, 1 to 1000', undefined)
    .option('--cursor <cursor>', 'go on where the page before ended (its nextCursor)')
    .addOption(new Option('--status <status>', 'only those of this status').choices(statuses))
    .option('--q <words>', 'only those whose title or task text has every word')
    .option('--archived', 'archived ones too');
}

/** How a program called with these arguments wants its results, before they are parsed: mistakes in them are told likewise. */
export function wantedFormat(args: readonly string[]): GlobalOptions['json'] {
  const end = args.indexOf('--');
  const known = end === -1 ? args : args.slice(0, end);
  return known.includes('--jsonl') ? 'lines' : known.includes('--json') ? 'document' : undefined;
}
