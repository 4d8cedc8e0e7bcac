import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Presence } from '../../core/checkpoints.ts';
import type { ProcessTable } from '../../core/ports.ts';
import type { ProcessOwner } from '../../core/processOwner.ts';
import type { CheckpointFolder } from './checkpointFolder.ts';

/** Somebody on another machine that was not heard of for a day is not waited for. */
const SILENT_MS = 24 * 60 * 60 * 1000;
const FOLDER = 'at-work';

interface Entry {
  readonly folder: string;
  readonly owner: ProcessOwner;
}

/**
 * Who is at work in which folder, as files that every process sees. Whoever comes announces itself first and looks around then,
 * and leaves a note with everybody that is there: of two that overlap at least one knows, and tells the other.
 */
export class Presences {
  readonly #store: CheckpointFolder;
  readonly #processes: ProcessTable;
  #count = 0;

  constructor(store: CheckpointFolder, processes: ProcessTable) {
    this.#store = store;
    this.#processes = processes;
  }

  async enter(folder: string): Promise<Presence> {
    const name = `${this.#processes.self.nonce}-${++this.#count}`;
    try {
      await this.#store.ensure();
      await this.#store.write(
        path.join(FOLDER, name),
        JSON.stringify({ folder, owner: this.#processes.self } satisfies Entry),
      );
      const others = await this.#others(name, folder);
      for (const other of others) await this.#store.write(path.join(FOLDER, `${other}.met`), '');
      return { leave: () => this.#leave(name, folder, others.length > 0) };
    } catch {
      // Where nothing can be written nothing is captured either.
      return { leave: () => Promise.resolve(false) };
    }
  }

  /** How many are at work anywhere, this process included. */
  async count(): Promise<number> {
    return (await this.#others('', undefined)).length;
  }

  async #leave(name: string, folder: string, hasMet: boolean): Promise<boolean> {
    try {
      const wasMet = (await lstat(this.#path(`${name}.met`)).catch(() => undefined)) !== undefined;
      const others = await this.#others(name, folder);
      return hasMet || wasMet || others.length > 0;
    } catch {
      return true;
    } finally {
      await this.#remove(name);
    }
  }

  /** Names of those that are at work in the same files, or in any. Those that died are forgotten. */
  async #others(own: string, folder: string | undefined): Promise<string[]> {
    const found: string[] = [];
    for (const name of await readdir(this.#path('.'))) {
      if (name === own || name.endsWith('.met')) continue;
      const entry = await this.#read(name);
      if (entry === undefined) continue;
      const state = this.#processes.stateOf(entry.owner);
      const isGone = state === 'dead' || (state === 'unknown' && (await this.#isSilent(name)));
      if (isGone) await this.#remove(name);
      else if (
        folder === undefined ||
        isSameOrBelow(entry.folder, folder) ||
        isSameOrBelow(folder, entry.folder)
      )
        found.push(name);
    }
    return found;
  }

  async #read(name: string): Promise<Entry | undefined> {
    try {
      const entry: unknown = JSON.parse(await readFile(this.#path(name), 'utf8'));
      return isEntry(entry) ? entry : undefined;
    } catch {
      return undefined;
    }
  }

  async #isSilent(name: string): Promise<boolean> {
    const stats = await lstat(this.#path(name)).catch(() => undefined);
    return stats === undefined || Date.now() - stats.mtimeMs > SILENT_MS;
  }

  async #remove(name: string): Promise<void> {
    await Promise.all(
      [name, `${name}.met`].map(file => rm(this.#path(file), { force: true }).catch(() => undefined)),
    );
  }

  #path(name: string): string {
    return path.join(this.#store.path, FOLDER, name);
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { folder, owner } = value as Partial<Record<keyof Entry, unknown>>;
  return typeof folder === 'string' && typeof owner === 'object' && owner !== null && 'pid' in owner;
}

function isSameOrBelow(folder: string, other: string): boolean {
  return folder === other || folder.startsWith(`${other}${path.sep}`);
}
