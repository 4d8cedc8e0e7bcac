import { basename } from 'node:path';
import type { Disposable } from '../core/disposable.ts';
import { messageOf } from '../core/errors.ts';
import { Emitter, type Event } from '../core/event.ts';
import type { FileStat } from './fileSystem.ts';
import type { OpenSession } from './openSession.ts';
import { parseFileName, type SessionFileName } from '../core/sessionFileName.ts';
import type { StorePorts } from './storePorts.ts';

/** How often open sessions are looked at: watching a folder does not work everywhere. */
const POLL_MS = 300;
/** How often the folder is looked at while somebody shows a list. */
const LIST_POLL_MS = 1_000;
const COALESCE_MS = 100;
/** Long enough for the rest of a write that was just told of. */
const SETTLE_MS = 15;

/** Notices what other processes do: to sessions that are open here, and to the folder as a whole while a list is shown. */
export class FolderFollower implements Disposable {
  readonly #ports: StorePorts;
  readonly #open: ReadonlyMap<string, OpenSession>;
  readonly #changed: Emitter<void>;
  readonly #onDoubt: (sessionId: string | undefined) => void;
  #watchedSince: number | undefined;
  #watchedInode: number | undefined;
  #watch: Disposable | undefined;
  #poll: Disposable | undefined;
  #listPoll: Disposable | undefined;
  #telling: Disposable | undefined;
  readonly #soon = new Map<string, Disposable>();
  /** The system tells of the same file again and again while it is written. */
  #lastNoticed: { readonly name: string; readonly parsed: SessionFileName } | undefined;
  #folder: FileStat | undefined;
  #disposed = false;

  /** `onDoubt` is told of every session whose files somebody touched, or that somebody touched the folder. */
  constructor(
    ports: StorePorts,
    open: ReadonlyMap<string, OpenSession>,
    onDoubt: (sessionId: string | undefined) => void,
  ) {
    this.#onDoubt = onDoubt;
    this.#ports = ports;
    this.#open = open;
    this.#changed = new Emitter(error => {
      ports.logger.error('A listener failed.', error);
    });
  }

  /** Sessions came or went, or one that is not open here changed. Nothing is touched before somebody listens. */
  readonly onDidChangeList: Event<void> = listener => {
    this.#scheduleListPoll();
    return this.#changed.event(listener);
  };

  /** Since when, on the monotonic clock, the system tells of changes; `undefined`: it does not. */
  get watchedSince(): number | undefined {
    return this.#watchedSince;
  }

  /** Has the system tell of changes, for those who look again and again. Never throws. */
  watch(): void {
    try {
      this.#startWatching();
    } catch (error) {
      this.#ports.logger.debug(`The folder could not be watched: ${messageOf(error)}`);
    }
  }

  /** What was told of one folder says nothing of another that took its place. */
  noteFolder(inode: number): void {
    if (this.#watch === undefined || inode === this.#watchedInode) return;
    this.#watch.dispose();
    this.#watch = this.#watchedSince = undefined;
    this.watch();
  }

  /** Keeps an eye on the sessions that are open, for as long as there are any. Never throws. */
  follow(): void {
    this.watch();
    this.#poll ??= this.#ports.clock.setTimeout(() => {
      this.#poll = undefined;
      if (this.#disposed || this.#open.size === 0) return;
      for (const sessionId of this.#open.keys()) this.#refresh(sessionId);
      this.follow();
    }, POLL_MS);
  }

  /** Tells of a change to the list, once for many that come together. */
  tell(): void {
    if (this.#disposed) return;
    this.#telling ??= this.#ports.clock.setTimeout(() => {
      this.#telling = undefined;
      this.#changed.fire();
    }, COALESCE_MS);
  }

  dispose(): void {
    this.#disposed = true;
    for (const timer of [this.#poll, this.#listPoll, this.#telling, this.#watch, ...this.#soon.values()])
      timer?.dispose();
    this.#soon.clear();
    this.#changed.dispose();
  }

  #refresh(sessionId: string): void {
    this.#open
      .get(sessionId)
      ?.live.refresh()
      .catch((error: unknown) => {
        this.#ports.logger.warn(`Session ${sessionId} could not be followed: ${messageOf(error)}`);
      });
  }

  #startWatching(): void {
    const { files, logger, paths } = this.#ports;
    if (this.#watch !== undefined || this.#disposed) return;
    const folder = files.lstat(paths.sessions);
    if (folder?.kind !== 'directory') return;
    this.#watchedInode = folder.inode;
    try {
      this.#watch = files.watch(
        paths.sessions,
        name => {
          this.#noticed(name);
        },
        () => {
          this.#watchedSince = undefined;
        },
      );
      this.#watchedSince = this.#ports.clock.monotonic();
    } catch (error) {
      logger.debug(`${basename(paths.sessions)} is polled, for it cannot be watched: ${messageOf(error)}`);
      this.#watch = { dispose: () => undefined };
    }
  }

  #noticed(name: string | undefined): void {
    const parsed = name === undefined ? undefined : this.#parse(name);
    // What is being written is told of once more when the writing is over, not for every write.
    if (parsed?.kind === 'journal' && this.#soon.has(parsed.sessionId)) return;
    this.#onDoubt(parsed !== undefined && 'sessionId' in parsed ? parsed.sessionId : undefined);
    if (parsed === undefined || !('sessionId' in parsed) || !this.#open.has(parsed.sessionId)) {
      this.tell();
      return;
    }
    const { sessionId } = parsed;
    if (parsed.kind !== 'journal' || this.#disposed) return;
    const timer = this.#ports.clock.setTimeout(() => {
      this.#soon.delete(sessionId);
      this.#onDoubt(sessionId);
      this.#refresh(sessionId);
    }, SETTLE_MS);
    this.#soon.set(sessionId, timer);
  }

  #parse(name: string): SessionFileName {
    if (this.#lastNoticed?.name !== name) this.#lastNoticed = { name, parsed: parseFileName(name) };
    return this.#lastNoticed.parsed;
  }

  /** Where watching works this only finds the folder when it is made; elsewhere it finds every session that comes or goes. */
  #scheduleListPoll(): void {
    if (this.#listPoll !== undefined || this.#disposed) return;
    this.#listPoll = this.#ports.clock.setTimeout(() => {
      this.#listPoll = undefined;
      if (this.#disposed || this.#changed.listenerCount === 0) return;
      this.#lookAtFolder();
      this.#scheduleListPoll();
    }, LIST_POLL_MS);
  }

  #lookAtFolder(): void {
    try {
      const before = this.#folder;
      this.#folder = this.#ports.files.lstat(this.#ports.paths.sessions);
      this.#startWatching();
      if (before?.mtimeMs !== this.#folder?.mtimeMs || before?.inode !== this.#folder?.inode) this.tell();
    } catch (error) {
      this.#ports.logger.debug(`The folder could not be looked at: ${messageOf(error)}`);
    }
  }
}
