import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf, SessionError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { writeProfileFile } from '../host/profileFile.ts';
import { ApiError } from './errors.ts';

/** How long a key stands for its request, and how many of them are kept. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000;
const MAX_KEYS = 1000;
const PRUNE_EVERY = 100;

const entrySchema = z.object({
  fingerprint: z.string(),
  at: z.iso.datetime(),
  made: z.object({ sessionId: z.string(), taskId: z.string().optional() }).optional(),
});
type Entry = z.infer<typeof entrySchema>;

export interface IdempotencyOptions {
  /** A folder of the user's profile that belongs to this root alone; made when first used. */
  readonly folder: string;
  readonly now: () => Date;
  readonly logger: Logger;
}

/**
 * Carries out what bears the same key once, also over a restart: the key is on the disk before anything happens, the ids of what
 * came of it afterwards. A crash between the two leaves a key that is refused, not one that acts twice.
 */
export class Idempotency {
  readonly #options: IdempotencyOptions;
  readonly #running = new Map<string, { readonly fingerprint: string; readonly made: Promise<object> }>();
  #claims = 0;

  constructor(options: IdempotencyOptions) {
    this.#options = options;
  }

  /** Resolves with the ids that `make` resolved with, this time or the first time that `key` came with the same request. */
  async once<T extends { readonly sessionId: string }>(
    key: string | undefined,
    request: readonly unknown[],
    make: () => Promise<T>,
  ): Promise<T> {
    if (key === undefined) return make();
    const name = digestOf(key);
    const fingerprint = digestOf(JSON.stringify(request));
    const running = this.#running.get(name);
    if (running !== undefined && running.fingerprint !== fingerprint) throw reused();
    // Of the same request came the same kind of ids.
    if (running !== undefined) return running.made as Promise<T>;
    const made = this.#makeOnce(join(this.#options.folder, `${name}.json`), fingerprint, make);
    this.#running.set(name, { fingerprint, made });
    try {
      return await made;
    } finally {
      this.#running.delete(name);
    }
  }

  async #makeOnce<T extends { readonly sessionId: string }>(
    file: string,
    fingerprint: string,
    make: () => Promise<T>,
  ): Promise<T> {
    const entry = { fingerprint, at: this.#options.now().toISOString() };
    const known = await this.#claim(file, entry);
    if (known !== undefined) {
      // What was cut off while it was written may have been any request.
      if (known.fingerprint !== fingerprint && known.fingerprint !== '') throw reused();
      if (known.made === undefined) throw cutOff();
      return known.made as object as T;
    }
    let made: T;
    try {
      made = await make();
    } catch (error) {
      // A refused call has changed nothing: the key is free again.
      await rm(file, { force: true }).catch(() => undefined);
      throw error;
    }
    await writeProfileFile(file, { ...entry, made }).catch((error: unknown) => {
      this.#options.logger.warn(`What an idempotency key stands for was not kept: ${messageOf(error)}`);
    });
    return made;
  }

  /** Takes a key; resolves with what it stands for when it was taken before. */
  async #claim(file: string, entry: Entry): Promise<Entry | undefined> {
    const { folder, now } = this.#options;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (this.#claims++ % PRUNE_EVERY === 0) await this.#prune();
      if (await create(file, entry)) return undefined;
      const known = await read(file);
      if (now().getTime() - Date.parse(known.at) < MAX_AGE_MS) return known;
      await rm(file, { force: true });
      return (await create(file, entry)) ? undefined : await read(file);
    } catch (error) {
      throw new SessionError(
        'storage_failed',
        `An idempotency key cannot be kept: ${messageOf(error)}. Nothing was done. Put that right, or send the request without a key.`,
        { cause: error },
      );
    }
  }

  /** Forgets the oldest keys. */
  async #prune(): Promise<void> {
    const { folder, now } = this.#options;
    const files = (await readdir(folder))
      .filter(name => name.endsWith('.json'))
      .map(name => join(folder, name));
    const dated = await Promise.all(
      files.map(async file => ({ file, age: now().getTime() - (await stat(file)).mtimeMs })),
    );
    const kept = dated
      .filter(({ age }) => age < MAX_AGE_MS)
      .sort((a, b) => a.age - b.age)
      .slice(0, MAX_KEYS - PRUNE_EVERY);
    const keep = new Set(kept.map(({ file }) => file));
    await Promise.all(files.filter(file => !keep.has(file)).map(file => rm(file, { force: true })));
  }
}

/** Resolves with `false` when the file is there already. */
async function create(file: string, entry: Entry): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(entry)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** A file that says nothing is a claim that was cut off. */
async function read(file: string): Promise<Entry> {
  const text = await readFile(file, 'utf8');
  const nothing = { fingerprint: '', at: (await stat(file)).mtime.toISOString() };
  try {
    const parsed = entrySchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : nothing;
  } catch {
    return nothing;
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function reused(): ApiError {
  const detail = 'This idempotency key came before with another request. Nothing was changed. Use a new key.';
  return new ApiError('idempotency_key_reused', detail, { field: 'Idempotency-Key' });
}

function cutOff(): ApiError {
  return new ApiError(
    'conflict',
    'A request with this idempotency key is at work elsewhere or was cut off. Look whether its effect is there, then use a new key.',
    { field: 'Idempotency-Key' },
  );
}
