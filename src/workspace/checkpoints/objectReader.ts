import type { CapturedPlace } from '../../core/checkpoints.ts';
import { SessionError } from '../../core/errors.ts';
import type { CheckpointGit } from './checkpointGit.ts';

/** Takes the content of one object, in pieces. */
export interface ContentSink {
  write(part: Uint8Array): void | Promise<void>;
  end(): void | Promise<void>;
}

/**
 * Reads objects one after the other with one git. `sinkOf` is asked for each in turn. Rejects with `no_checkpoint` when one is
 * not in the store.
 */
export async function readObjects(
  git: CheckpointGit,
  names: readonly string[],
  sinkOf: (index: number, size: number) => ContentSink | Promise<ContentSink>,
): Promise<void> {
  if (names.length === 0) return;
  const source = new Source(
    git.stream(['cat-file', '--batch', '--buffer'], { input: names.map(name => `${name}\n`).join('') }),
  );
  for (const [index, name] of names.entries()) {
    const header = (await source.line()).split(' ');
    const size = Number(header.at(-1));
    if (header.length !== 3 || !Number.isInteger(size)) throw missingObject(name);
    const sink = await sinkOf(index, size);
    for await (const part of source.bytes(size)) await sink.write(part);
    await source.skip(1);
    await sink.end();
  }
  await source.finish();
}

/** The contents of files in checkpoints, read by one git; `undefined` for what is no file, not there, or too large. */
export async function readPlaces(
  git: CheckpointGit,
  places: readonly CapturedPlace[],
  maxBytes: number,
): Promise<(Uint8Array | undefined)[]> {
  // Git is asked in lines; a name of several lines is left out.
  const names = places.map(({ checkpoint, path }) =>
    isCheckpointId(checkpoint) && !path.includes('\n') ? `${checkpoint}:files/${path}` : undefined,
  );
  const asked = [...new Set(names.filter(name => name !== undefined))];
  const found = new Map<string, Uint8Array>();
  if (asked.length > 0) {
    const input = asked.map(name => `${name}\n`).join('');
    const source = new Source(git.stream(['cat-file', '--batch', '--buffer'], { input }));
    for (const name of asked) {
      const [, type, length] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(await source.line()) ?? [];
      if (length === undefined) continue;
      const parts: Uint8Array[] = [];
      const isWanted = type === 'blob' && Number(length) <= maxBytes;
      for await (const part of source.bytes(Number(length))) if (isWanted) parts.push(part);
      await source.skip(1);
      if (isWanted) found.set(name, Buffer.concat(parts));
    }
    await source.finish();
  }
  return names.map(name => (name === undefined ? undefined : found.get(name)));
}

/** Records may come from elsewhere, and git would take what begins with a dash for an option. */
export function isCheckpointId(id: string): boolean {
  return /^[0-9a-f]{40}$/.test(id);
}

export function missingObject(name: string): SessionError {
  return new SessionError(
    'no_checkpoint',
    `The checkpoint is not complete any more: ${name} is missing. Nothing was changed. It was pruned or damaged; newer tasks can still be undone.`,
  );
}

/** Bytes that come in pieces, taken as lines and lengths. */
class Source {
  readonly #parts: AsyncGenerator<Buffer, void>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(parts: AsyncGenerator<Buffer, void>) {
    this.#parts = parts;
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf('\n');
      if (end >= 0) {
        const line = this.#rest.subarray(0, end).toString();
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      const next = await this.#next();
      if (next === undefined) return '';
      this.#rest = Buffer.concat([this.#rest, next]);
    }
  }

  async *bytes(count: number): AsyncGenerator<Buffer, void> {
    for (let missing = count; missing > 0;) {
      const part = this.#rest.length > 0 ? this.#rest : await this.#next();
      if (part === undefined) throw missingObject('its end');
      const taken = part.subarray(0, missing);
      this.#rest = part.subarray(taken.length);
      missing -= taken.length;
      yield taken;
    }
  }

  async skip(count: number): Promise<void> {
    for await (const _part of this.bytes(count));
  }

  async finish(): Promise<void> {
    while ((await this.#next()) !== undefined);
  }

  async #next(): Promise<Buffer | undefined> {
    const next = await this.#parts.next();
    return next.done === true ? undefined : next.value;
  }
}
