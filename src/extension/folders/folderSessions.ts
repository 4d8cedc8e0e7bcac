import type * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import { messageOf } from '../../core/errors.ts';
import { Emitter, type Event } from '../../core/event.ts';
import type { Logger } from '../../core/logger.ts';
import type { LongWork, OnLongWork } from '../../core/longWork.ts';
import type { DamagedFile } from '../../core/ports.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { SessionChange } from '../../core/sessionChange.ts';
import type { SessionManager } from '../../core/sessionManager.ts';
import type { SessionState } from '../../core/state.ts';
import type { Host } from '../../host/host.ts';
import { OpenStates } from './openStates.ts';
import { SessionList } from './sessionList.ts';

/** Events after which the lists are to be read again, besides those that the store tells of. */
const LIST_EVENTS = new Set(['sessionPinned', 'sessionArchived', 'sessionDeleted', 'sessionRestored']);

export interface FolderSessionsOptions {
  readonly folder: vscode.WorkspaceFolder;
  /** Makes the folder's host; called when the folder's sessions are first needed. */
  readonly openHost: (onLongWork: OnLongWork) => Promise<Host>;
  readonly logger: Logger;
}

/** The sessions of one workspace folder as this window sees them. Owns the folder's host. */
export class FolderSessions implements Disposable {
  readonly folder: vscode.WorkspaceFolder;
  readonly all = new SessionList();
  readonly pinned = new SessionList({ only: 'pinned' }, 1000);
  readonly archived = new SessionList({ only: 'archived' });
  readonly states: OpenStates;
  readonly #options: FolderSessionsOptions;
  readonly #scope = new DisposableList();
  readonly #onDidChange: Emitter<SessionChange>;
  readonly #onDidChangeList: Emitter<void>;
  readonly #onDidWork: Emitter<LongWork>;
  /** Resolves when there is something to show, be it the current session while the others are read. */
  readonly #shown = Promise.withResolvers<undefined>();
  #host: Promise<Host> | undefined;
  #opened: Host | undefined;
  #loading: Promise<void> | undefined;
  #loadAgain = false;
  #loaded = false;
  #isAbsent = false;
  #work: LongWork | undefined;
  #disposed = false;
  #problem: string | undefined;
  #current: SessionMetadata | undefined;
  #currentHold: Disposable | undefined;
  #currentTurn: Promise<void> = Promise.resolve();

  constructor(options: FolderSessionsOptions) {
    this.#options = options;
    this.folder = options.folder;
    const onError = (error: unknown): void => {
      options.logger.error('A listener failed.', error);
    };
    this.#onDidChange = this.#scope.add(new Emitter(onError));
    this.#onDidChangeList = this.#scope.add(new Emitter(onError));
    this.#onDidWork = this.#scope.add(new Emitter(onError));
    this.states = this.#scope.add(new OpenStates(options.logger));
  }

  /** All that happens to the folder's sessions, after `states` and the lists' rows know of it. */
  get onDidChange(): Event<SessionChange> {
    return this.#onDidChange.event;
  }

  /** The lists or the current session are other ones now. */
  get onDidChangeList(): Event<void> {
    return this.#onDidChangeList.event;
  }

  /** How far work over many sessions is, and at last that it is over. */
  get onDidWork(): Event<LongWork> {
    return this.#onDidWork.event;
  }

  /** How far the sessions are read, while that takes long because no index knows them. */
  get reading(): LongWork | undefined {
    return this.#work?.kind === 'check' ? undefined : this.#work;
  }

  get name(): string {
    return this.folder.name;
  }

  /** Whether there is a list to show, the newest sessions at least, or why there is none. The current session may be known before. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Why the sessions could not be read the last time. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get damaged(): readonly DamagedFile[] {
    return this.all.damaged;
  }

  get current(): SessionMetadata | undefined {
    return this.#current;
  }

  get currentState(): SessionState | undefined {
    return this.#current === undefined ? undefined : this.states.get(this.#current.sessionId);
  }

  /** Whether the folder is known to have no session and nothing else to show. */
  get isEmpty(): boolean {
    if (!this.#loaded) return this.#isAbsent && this.#current === undefined;
    const { all, pinned, archived } = this;
    const rows = [all, pinned, archived].some(list => list.rows.length > 0);
    return !rows && this.#current === undefined && this.damaged.length === 0 && this.#problem === undefined;
  }

  /** The newest that is known of a session. */
  find(sessionId: string): SessionMetadata | undefined {
    const rows = [this.all, this.pinned, this.archived].map(list =>
      list.rows.find(row => row.sessionId === sessionId),
    );
    const current = this.#current?.sessionId === sessionId ? this.#current : undefined;
    return this.states.get(sessionId)?.metadata ?? current ?? rows.find(row => row !== undefined);
  }

  async sessions(): Promise<SessionManager> {
    return (await this.host()).sessions;
  }

  /** The folder's host, for what shows its sessions elsewhere; it stays the folder's own. */
  host(): Promise<Host> {
    return this.#openHost();
  }

  /** The host, when there is one already. */
  get openedHost(): Host | undefined {
    return this.#opened;
  }

  /** Nobody has made a session in this folder yet: there need be no lists to know that. */
  noteAbsent(): void {
    this.#isAbsent = true;
    if (!this.#disposed) this.#onDidChangeList.fire();
  }

  /**
   * Reads the lists if that was not done yet; of many sessions the newest are enough, or the current one while no index knows them.
   * Never rejects: `problem` says what went wrong.
   */
  async load(): Promise<void> {
    if (!this.#loaded) await Promise.race([this.#loading ?? this.reload(), this.#shown.promise]);
  }

  /** Reads the lists again. Calls while it reads are answered by one more reading. Never rejects. */
  reload(): Promise<void> {
    this.#loadAgain = true;
    this.#loading ??= this.#readUntilStill().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** Follows a session: its state is in `states` until the result is disposed. */
  async follow(sessionId: string): Promise<Disposable> {
    return this.states.follow(await this.sessions(), sessionId);
  }

  /** Closes the host; the next use makes a new one. */
  async closeHost(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    this.#opened = undefined;
    this.#currentHold?.dispose();
    this.#currentHold = undefined;
    await host?.then(
      opened => opened.close(),
      () => undefined,
    );
  }

  /** Resolves when everything is written. */
  async close(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    const closed = this.closeHost();
    this.#scope.dispose();
    await closed;
  }

  dispose(): void {
    void this.close();
  }

  async #openHost(): Promise<Host> {
    this.#host ??= this.#options.openHost(this.#noteWork).then(host => {
      this.#opened = host;
      host.sessions.onDidChange(change => {
        this.#note(change);
      });
      return host;
    });
    const opening = this.#host;
    try {
      return await opening;
    } catch (error) {
      if (this.#host === opening) this.#host = undefined;
      throw error;
    }
  }

  async #readUntilStill(): Promise<void> {
    while (this.#loadAgain && !this.#disposed) {
      this.#loadAgain = false;
      await this.#read();
    }
  }

  async #read(): Promise<void> {
    try {
      const sessions = await this.sessions();
      const readPage = sessions.listPage.bind(sessions);
      await this.#readCurrent(sessions);
      await this.all.load(readPage);
      // Lists with a condition look at all sessions: of many, those that are known are shown meanwhile.
      if (!this.#loaded && this.all.hasMore) this.#show();
      for (const list of [this.pinned, this.archived]) await list.load(readPage);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = messageOf(error);
      this.#options.logger.error(`The sessions of ${this.name} could not be read.`, error);
    }
    this.#show();
  }

  #show(): void {
    this.#loaded = true;
    this.#showWhatIsKnown();
  }

  #showWhatIsKnown(): void {
    if (this.#loaded || this.#current !== undefined) this.#shown.resolve(undefined);
    if (!this.#disposed) this.#onDidChangeList.fire();
  }

  readonly #noteWork = (work: LongWork): void => {
    const isFirst = this.#work === undefined;
    this.#work = work.done < work.total ? work : undefined;
    if (this.#disposed) return;
    this.#onDidWork.fire(work);
    // A list that takes long is not waited for to show what is known.
    if (isFirst && !this.#loaded) this.#showWhatIsKnown();
  };

  /** Shows another current session before the lists are read again: that may take long. */
  async #noteCurrent(): Promise<void> {
    try {
      await this.#readCurrent(await this.sessions());
    } catch (error) {
      // The lists are read, too, and tell of it.
      this.#options.logger.warn(`The current session of ${this.name} could not be read: ${messageOf(error)}`);
      return;
    }
    this.#showWhatIsKnown();
  }

  #readCurrent(sessions: SessionManager): Promise<void> {
    const read = this.#currentTurn.then(() => this.#readCurrentInTurn(sessions));
    this.#currentTurn = read.catch(() => undefined);
    return read;
  }

  async #readCurrentInTurn(sessions: SessionManager): Promise<void> {
    const sessionId = await sessions.currentSession();
    if (sessionId === this.#current?.sessionId && this.#currentHold !== undefined) {
      this.#current = this.currentState?.metadata ?? this.#current;
      return;
    }
    this.#currentHold?.dispose();
    this.#currentHold = undefined;
    this.#current = undefined;
    if (sessionId === undefined) return;
    this.#currentHold = await this.states.follow(sessions, sessionId);
    this.#current = this.states.get(sessionId)?.metadata;
  }

  #note(change: SessionChange): void {
    this.states.note(change);
    if (change.kind === 'records') {
      const { metadata } = change.state;
      for (const list of [this.all, this.pinned, this.archived]) list.update(metadata);
      if (this.#current?.sessionId === change.sessionId) this.#current = metadata;
      if (change.records.some(({ event }) => LIST_EVENTS.has(event.type))) void this.reload();
    }
    if (change.kind === 'current') void this.#noteCurrent();
    if (change.kind === 'list' || change.kind === 'current') void this.reload();
    this.#onDidChange.fire(change);
  }
}
