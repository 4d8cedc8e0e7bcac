import type { Disposable } from './disposable.ts';
import { isSessionError, messageOf, SessionError } from './errors.ts';
import { Emitter, type Event } from './event.ts';
import type { SessionEvent, SessionRecord } from './events.ts';
import {
  parseEndStatus,
  parseLimit,
  parseSessionId,
  parseSessionStatus,
  parseTitle,
  unknownSession,
} from './input.ts';
import { endOrphanedProcesses, interruption, orphans } from './interruption.ts';
import { OpenSessions } from './openSessions.ts';
import type {
  RecordDamage,
  SessionLedger,
  SessionPage,
  SessionQuery,
  VerificationCandidate,
} from './ports.ts';
import { RunningWork } from './runningWork.ts';
import { SCHEMA_VERSION, type SessionMetadata, type SessionStatus } from './session.ts';
import { changesOf, type CreateSessionRequest, type UpdateSessionRequest } from './sessionRequests.ts';
import type { FollowedSession, SessionChange } from './sessionChange.ts';
import type { SessionManagerOptions } from './sessionManagerOptions.ts';
import { type SessionState, sessionStats } from './state.ts';
import type { SessionStats } from './stats.ts';
import type { AgentTask } from './task.ts';
import {
  type ExecuteTaskRequest,
  type RetryOptions,
  type StartedTask,
  TaskLauncher,
} from './taskLauncher.ts';
import { TaskVerification, type VerifyTaskRequest } from './taskVerification.ts';
import type { TaskDetails } from './taskDetails.ts';
import { TaskRegistry } from './taskRegistry.ts';
import type { Decision } from './toolCall.ts';

/** A session with its statistics. */
export interface SessionDetails extends SessionMetadata {
  readonly stats: SessionStats;
}

/**
 * The one writer of sessions, and what every surface (editor, API, HTTP, CLI) calls. Every method rejects with a
 * `SessionError`; a rejected call has changed nothing. A resolved one is durable.
 */
export class SessionManager {
  readonly #options: SessionManagerOptions;
  readonly #sessions: OpenSessions;
  readonly #work = new RunningWork();
  readonly #launcher: TaskLauncher;
  readonly #tasks: TaskRegistry;
  readonly #onDidChange: Emitter<SessionChange>;
  readonly #listSubscription: Disposable;
  #closed = false;

  constructor(options: SessionManagerOptions) {
    this.#options = options;
    const { store, clock, logger } = options;
    this.#onDidChange = new Emitter(error => {
      logger.error('A listener failed.', error);
    });
    this.#sessions = new OpenSessions(store, clock, ledger => this.#welcome(ledger));
    const publish = (change: SessionChange): void => {
      this.#publish(change);
    };
    const ports = { ...options, sessions: this.#sessions, work: this.#work, publish };
    const launcher = new TaskLauncher({ ...ports, currentOrNewSession: () => this.#currentOrNew() });
    const verification = new TaskVerification(ports);
    const requireWritable = (): Promise<void> => this.#requireWritable();
    this.#launcher = launcher;
    this.#tasks = new TaskRegistry({ ...ports, launcher, verification, requireWritable });
    this.#listSubscription = store.onDidChangeList(() => {
      this.#publish({ kind: 'list' });
    });
  }

  get onDidChange(): Event<SessionChange> {
    return this.#onDidChange.event;
  }

  /** Makes a session and makes it the current one. */
  async createSession(request: CreateSessionRequest = {}): Promise<SessionMetadata> {
    const { ids, gate, author } = this.#options;
    const title = request.title === undefined ? '' : parseTitle(request.title);
    await this.#requireWritable();
    const workingDirectory = await gate.resolveWorkingDirectory(request.workingDirectory);
    const sessionId = ids.uuid();
    const where = { workingDirectory, projectPath: gate.root };
    const data = { sessionId, title, ...where, author, schemaVersion: SCHEMA_VERSION };
    return this.createSessionWith(sessionId, [{ type: 'sessionCreated', data }]);
  }

  /** For the other capabilities of `core`: a session that begins with these records, as the current one. */
  async createSessionWith(sessionId: string, events: readonly SessionEvent[]): Promise<SessionMetadata> {
    await this.#requireWritable();
    const ledger = await this.#options.store.create(sessionId, events);
    const { state } = ledger;
    await this.#sessions.adopt(sessionId, ledger);
    // It was written before anyone could listen to the ledger.
    const at = state.metadata.updatedAt.toISOString();
    const writer = this.#options.processes.self.nonce;
    const records = events.map((event, index) => ({ seq: index + 1, at, writer, event }));
    this.#publish({ kind: 'records', sessionId, records, state });
    await this.#setCurrent(state.metadata);
    this.#publish({ kind: 'list' });
    return state.metadata;
  }

  async getSession(sessionId: string): Promise<SessionDetails> {
    return this.#use(sessionId, ledger => ({ ...ledger.state.metadata, stats: sessionStats(ledger.state) }));
  }

  /** A page of sessions, newest first, with the files that are none. */
  async listPage(query: SessionQuery = {}): Promise<SessionPage> {
    const limit = parseLimit(query.limit);
    if (query.status !== undefined) parseSessionStatus(query.status);
    return this.#options.store.list({ ...query, limit });
  }

  async listSessions(query: SessionQuery = {}): Promise<readonly SessionMetadata[]> {
    return (await this.listPage(query)).sessions;
  }

  /** Sessions in the trash, newest deletion first. */
  async listTrash(): Promise<readonly SessionMetadata[]> {
    return this.#options.store.listTrash();
  }

  /** The id of the current session; `undefined` when there is none, or it was ended or deleted since it was chosen. */
  async currentSession(): Promise<string | undefined> {
    const choice = await this.#options.current.get();
    if (choice === undefined) return undefined;
    try {
      const { status, endTime } = await this.#use(choice.sessionId, ledger => ledger.state.metadata);
      return status === 'active' || endTime?.toISOString() === choice.endTime ? choice.sessionId : undefined;
    } catch (error) {
      if (isSessionError(error) && error.code !== 'disposed') return undefined;
      throw error;
    }
  }

  /** Makes a session the current one. Its status does not change. */
  async switchSession(sessionId: string): Promise<SessionMetadata> {
    const metadata = await this.#use(sessionId, ledger => ledger.state.metadata);
    await this.#setCurrent(metadata);
    return metadata;
  }

  /** Switches to a session and names the tasks that were interrupted: whether they run again is the person's choice. */
  async resumeSession(
    sessionId: string,
  ): Promise<{ session: SessionMetadata; interrupted: readonly AgentTask[] }> {
    const session = await this.switchSession(sessionId);
    const tasks = await this.listTasks(sessionId);
    const retried = new Set(tasks.map(task => task.retryOf));
    const interrupted = tasks.filter(
      task => task.reason === 'interrupted' && !retried.has(task.retryOf ?? task.id),
    );
    return { session, interrupted };
  }

  /** Ends a session, the current one when none is named. `session_ended` when it has ended, `session_busy` while a task runs. */
  async endSession(
    sessionId?: string,
    status: Exclude<SessionStatus, 'active'> = 'completed',
  ): Promise<SessionDetails> {
    const parsed = parseEndStatus(status);
    const id = sessionId ?? (await this.currentSession());
    if (id === undefined) throw new SessionError('not_found', 'There is no current session to end.');
    const details = await this.#change(id, state => {
      if (state.metadata.status !== 'active')
        throw new SessionError('session_ended', 'This session has ended already. Nothing was changed.');
      this.#requireIdle(state, 'ended');
      return [{ type: 'sessionEnded', data: { status: parsed } }];
    });
    await this.#forgetCurrent(id);
    return details;
  }

  /** Renames, tags, pins or archives: what is given changes, the rest stays. */
  async updateSession(sessionId: string, changes: UpdateSessionRequest): Promise<SessionDetails> {
    return this.#change(sessionId, state => changesOf(changes, state));
  }

  /** Moves a session to the trash. */
  async deleteSession(sessionId: string): Promise<void> {
    await this.#change(sessionId, state => {
      this.#requireIdle(state, 'deleted');
      return [{ type: 'sessionDeleted', data: {} }];
    });
    await this.#options.store.trash(sessionId);
    await this.#forgetCurrent(sessionId);
    this.#publish({ kind: 'list' });
  }

  /** Takes a session back from the trash. */
  async restoreSession(sessionId: string): Promise<SessionDetails> {
    parseSessionId(sessionId);
    await this.#requireWritable();
    this.#sessions.forget(sessionId);
    await this.#options.store.restore(sessionId);
    const details = await this.#sessions.use(sessionId, async ledger => {
      await ledger.commit(state => (state.deleted ? [{ type: 'sessionRestored', data: {} }] : []));
      return { ...ledger.state.metadata, stats: sessionStats(ledger.state) };
    });
    this.#publish({ kind: 'list' });
    return details;
  }

  /** Removes one session in the trash, or all of them, for good. Resolves with the ids removed. */
  async purgeTrash(sessionId?: string): Promise<readonly string[]> {
    if (sessionId !== undefined) parseSessionId(sessionId);
    await this.#requireWritable();
    const purged = await this.#options.store.purge(sessionId);
    await this.#options.recovery?.forget(purged);
    return purged;
  }

  /** Runs a task and resolves with its record once it ended, failed or not. */
  async executeTask(request: ExecuteTaskRequest): Promise<AgentTask> {
    return (await this.startTask(request)).finished;
  }

  /** Puts a task on record and lets it run; resolves as soon as it is recorded. */
  async startTask(request: ExecuteTaskRequest): Promise<StartedTask> {
    this.#requireOpen();
    return this.#launcher.start(request);
  }

  /** Runs a finished task's text again, as a new attempt, with the same agent or another. */
  async retryTask(taskId: string, options: RetryOptions = {}): Promise<StartedTask> {
    return this.#tasks.retry(taskId, options);
  }

  /**
   * Verifies a finished task again: its evidence is renewed, its status stays. `invalid_input` (`command`) when it is not known
   * with which command. `finished` rejects when there is no new evidence: `denied`, `cancelled`, `disposed`, `storage_failed`.
   */
  async verifyTask(taskId: string, request: VerifyTaskRequest = {}): Promise<StartedTask> {
    this.#requireOpen();
    return this.#tasks.verify(taskId, request);
  }

  /** With which commands a task's workspace offers to check itself: for a person to choose from. */
  async verificationCandidates(taskId: string): Promise<readonly VerificationCandidate[]> {
    return this.#tasks.verificationCandidates(taskId);
  }

  /** Stops a task, whichever process runs it, and resolves with its record once it ended. */
  async cancelTask(taskId: string): Promise<AgentTask> {
    return this.#tasks.cancel(taskId);
  }

  /** Answers what a task asks, or asked when its process ended: see `TaskRegistry.decideApproval`. */
  async decideApproval(taskId: string, approvalId: string, decision: Decision): Promise<AgentTask> {
    return this.#tasks.decideApproval(taskId, approvalId, decision);
  }

  async getTask(taskId: string): Promise<TaskDetails> {
    return this.#tasks.get(taskId);
  }

  /** A session's tasks, oldest first. */
  async listTasks(sessionId: string): Promise<readonly AgentTask[]> {
    return this.#tasks.list(sessionId);
  }

  /** The whole of a large output. */
  async readBlob(hash: string): Promise<string> {
    return this.#options.store.readBlob(hash);
  }

  /** What happened to a session after `afterSeq`, as the journal has it: with `follow`, the past of what `onDidChange` tells. */
  readRecords(sessionId: string, afterSeq: number): AsyncIterable<readonly SessionRecord[]> {
    this.#requireOpen();
    return this.#options.store.readRecords(parseSessionId(sessionId), afterSeq);
  }

  /** What could not be read when a session was opened. */
  async damageOf(sessionId: string): Promise<readonly RecordDamage[]> {
    return this.#use(sessionId, ledger => ledger.damage);
  }

  /**
   * For the other capabilities of `core` (undo, verification, fork), which record facts of their own; surfaces call those.
   * Runs `action` on the open ledger once the folder is trusted. Rejects with `not_found`, `not_trusted`, `disposed`.
   */
  async withLedger<T>(sessionId: string, action: (ledger: SessionLedger) => T | Promise<T>): Promise<T> {
    await this.#requireWritable();
    return this.#use(sessionId, action);
  }

  /** Keeps a session open, so that changes by other processes are told, until the hold is disposed. */
  async follow(sessionId: string): Promise<FollowedSession> {
    this.#requireOpen();
    const [ledger, hold] = await this.#sessions.hold(parseSessionId(sessionId));
    return { state: ledger.state, hold, allToolCalls: () => ledger.allToolCalls() };
  }

  /** Stops what runs here, records that, and releases everything. Never rejects. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#work.close();
    this.#listSubscription.dispose();
    this.#sessions.dispose();
    await this.#options.store.close();
    this.#onDidChange.dispose();
  }

  /** Runs once for every ledger that is opened: closes what dead processes left running, then tells of every record. */
  async #welcome(ledger: SessionLedger): Promise<void> {
    const { sessionId } = ledger.state.metadata;
    ledger.onDidAppend(records => {
      this.#publish({ kind: 'records', sessionId, records, state: ledger.state });
    });
    const { recovery } = this.#options;
    const gone = orphans(ledger.state, this.#options.processes);
    const isClosed = gone.length === 0 && recovery?.isNeeded(ledger) !== true;
    if (isClosed || ledger.readOnly !== null) return;
    try {
      await this.#options.gate.requireTrust();
      await endOrphanedProcesses(ledger.state, gone, this.#options.processes);
      await ledger.commit(state =>
        orphans(state, this.#options.processes).flatMap(live => interruption(state, live)),
      );
      await recovery?.recover(ledger);
    } catch (error) {
      // The session can be read all the same; the next writer tries again.
      this.#options.logger.warn(`Interrupted tasks of ${sessionId} could not be closed: ${messageOf(error)}`);
    }
  }

  async #use<T>(sessionId: string, action: (ledger: SessionLedger) => T | Promise<T>): Promise<T> {
    this.#requireOpen();
    return this.#sessions.use(parseSessionId(sessionId), ledger => {
      if (ledger.state.deleted) throw unknownSession(sessionId);
      return action(ledger);
    });
  }

  async #change(
    sessionId: string,
    decide: (state: SessionState) => readonly SessionEvent[],
  ): Promise<SessionDetails> {
    parseSessionId(sessionId);
    await this.#requireWritable();
    return this.#use(sessionId, async ledger => {
      await ledger.commit(state => {
        if (state.deleted) throw unknownSession(sessionId);
        return decide(state);
      });
      return { ...ledger.state.metadata, stats: sessionStats(ledger.state) };
    });
  }

  #requireIdle(state: SessionState, what: string): void {
    if (state.live.length === 0) return;
    throw new SessionError(
      'session_busy',
      `A task of this session is running, so it cannot be ${what}. Cancel the task or wait for it.`,
    );
  }

  #requireOpen(): void {
    if (this.#closed) throw new SessionError('disposed', 'The session manager was closed.');
  }

  async #requireWritable(): Promise<void> {
    this.#requireOpen();
    await this.#options.gate.requireTrust();
  }

  async #currentOrNew(): Promise<string> {
    const current = await this.currentSession();
    return current ?? (await this.createSession()).sessionId;
  }

  async #setCurrent(chosen: SessionMetadata | undefined): Promise<void> {
    const ended = chosen?.endTime === undefined ? {} : { endTime: chosen.endTime.toISOString() };
    await this.#options.current.set(chosen && { sessionId: chosen.sessionId, ...ended });
    this.#publish({ kind: 'current', sessionId: chosen?.sessionId });
  }

  async #forgetCurrent(sessionId: string): Promise<void> {
    if ((await this.#options.current.get())?.sessionId === sessionId) await this.#setCurrent(undefined);
  }

  #publish(change: SessionChange): void {
    this.#tasks.notice(change);
    this.#onDidChange.fire(change);
  }
}
