import { type Logger, nullLogger } from '../../../src/core/logger.ts';
import { encodeRecord } from '../../../src/store/journalLine.ts';
import type { SessionEvent } from '../../../src/core/events.ts';
import {
  createSessionStore,
  type DiskStore,
  type SessionStoreOptions,
} from '../../../src/store/sessionStore.ts';
import { InMemoryFileSystem } from '../../support/inMemoryFileSystem.ts';
import { created, renamed, ScriptedProcesses, stillClock, systemIds } from './diskFixture.ts';

export const ROOT = '/repo';
export const ID = 'aaaaaaaa-1111-4111-8111-111111111111';
export const OTHER = 'bbbbbbbb-2222-4222-8222-222222222222';

const FOLDER = `${ROOT}/.coding-agent`;

/** Stores on a disk in memory. */
export class MemoryFixture {
  readonly disk: InMemoryFileSystem;
  readonly warnings: string[] = [];
  readonly #stores: DiskStore[] = [];

  constructor(disk = new InMemoryFileSystem()) {
    this.disk = disk;
    disk.placeDirectory(ROOT);
  }

  get logger(): Logger {
    return { ...nullLogger, warn: message => this.warnings.push(message) };
  }

  /** A store of another process, and on a clock that stands still, unless told otherwise. */
  store(options: Partial<SessionStoreOptions> = {}): DiskStore {
    const store = createSessionStore({
      root: ROOT,
      clock: stillClock,
      ids: systemIds,
      processes: new ScriptedProcesses(),
      logger: this.logger,
      files: this.disk,
      ...options,
    });
    this.#stores.push(store);
    return store;
  }

  async close(): Promise<void> {
    await Promise.all(this.#stores.map(store => store.close()));
  }

  /** A closed session with these titles, one record each. */
  async session(titles: readonly string[], id = ID): Promise<void> {
    const store = this.store();
    const ledger = await store.create(id, [created(id, ROOT, titles[0])]);
    for (const title of titles.slice(1)) await ledger.commit(() => [renamed(title)]);
    ledger.dispose();
    await store.close();
  }

  /** The title that a new process reads, and what it finds damaged. */
  async read(id = ID): Promise<{ title: string; seq: number; problems: string[]; readOnly: string | null }> {
    const store = this.store();
    const ledger = await store.open(id);
    const { title, lastEventSeq: seq } = ledger.state.metadata;
    const result = {
      title,
      seq,
      problems: ledger.damage.map(({ problem }) => problem),
      readOnly: ledger.readOnly,
    };
    await store.close();
    return result;
  }

  /** A new process appends one record. */
  async append(title: string, id = ID): Promise<void> {
    const store = this.store();
    const ledger = await store.open(id);
    await ledger.commit(() => [renamed(title)]);
    await store.close();
  }

  placeFolders(): void {
    this.disk.placeDirectory(`${FOLDER}/sessions`);
  }

  placeJournal(content: string | Buffer, id = ID, segment = 1): void {
    this.placeFolders();
    this.disk.place(this.journal(id, segment), content);
  }

  placeSnapshot(content: unknown, id = ID): void {
    this.placeFolders();
    this.disk.place(this.snapshot(id), typeof content === 'string' ? content : JSON.stringify(content));
  }

  journal(id = ID, segment = 1): string {
    return `${FOLDER}/sessions/${id}.events${segment === 1 ? '' : `.${segment}`}.jsonl`;
  }

  snapshot(id = ID): string {
    return `${FOLDER}/sessions/${id}.session.json`;
  }

  get sessionsFolder(): string {
    return `${FOLDER}/sessions`;
  }

  lines(id = ID, segment = 1): string[] {
    return this.disk.content(this.journal(id, segment)).toString().trimEnd().split('\n');
  }

  document(id = ID): Record<string, unknown> {
    return JSON.parse(this.disk.content(this.snapshot(id)).toString()) as Record<string, unknown>;
  }
}

/** A journal line as a writer of ours makes it, newline included. */
export function line(seq: number, event: SessionEvent, at = '2026-01-01T00:00:00.000Z'): string {
  return encodeRecord({ seq, at, writer: 'w', event }).toString();
}

export function firstLine(id = ID, title = 'one'): string {
  return line(1, created(id, ROOT, title));
}
