import { messageOf } from '../core/errors.ts';
import type { SessionLedger } from '../core/ports.ts';
import { toolCallsOf } from '../core/state.ts';
import { isFinished } from '../core/task.ts';
import type { ToolCall } from '../core/toolCall.ts';
import { LiveSession, type LiveSessionParts } from './liveSession.ts';
import { OpenLedger } from './openLedger.ts';
import { loadSession } from './sessionLoad.ts';
import { SnapshotKeeper } from './snapshotKeeper.ts';
import type { StorePorts } from './storePorts.ts';
import { readAllToolCalls, readToolCalls, type TaskCallsParts } from './taskCalls.ts';

/** A session in use, with all that keeps it up to date. */
export class OpenSession {
  readonly live: LiveSession;
  readonly #ports: StorePorts;
  readonly #keeper: SnapshotKeeper;
  readonly #onDidSettle: LiveSessionParts['onDidSettle'];
  #isClosed = false;

  constructor(live: LiveSession, { ports, folder, locks, onDidSettle }: LiveSessionParts) {
    this.live = live;
    this.#ports = ports;
    this.#onDidSettle = onDidSettle;
    this.#keeper = new SnapshotKeeper(live, { ports, folder, locks, onDidWrite: onDidSettle });
    void this.#hold();
  }

  /** Opens what is on disk, and repairs the end of its journal where that may be written. */
  static async load(sessionId: string, parts: LiveSessionParts): Promise<OpenSession> {
    const live = new LiveSession(await loadSession(sessionId, parts.ports), sessionId, parts);
    if (!parts.folder.readOnly && live.readOnly === null) {
      try {
        await live.repairTail();
      } catch (error) {
        parts.ports.logger.warn(
          `The end of the journal of ${sessionId} was not repaired: ${messageOf(error)}`,
        );
      }
    }
    return new OpenSession(live, parts);
  }

  /** Writes what is due. Never rejects. */
  async settle(): Promise<void> {
    await this.live.idle();
    await this.#keeper.flush();
    try {
      this.#onDidSettle(this.live);
    } catch (error) {
      // A list is made anew from the files; who closes a session must not fail for it.
      this.#ports.logger.warn(`${this.live.sessionId} was not noted for lists: ${messageOf(error)}`);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#keeper.dispose();
    this.live.close();
  }

  /** A handle for one user; `release` is called once, when that one is done. */
  ledger(release: () => void): SessionLedger {
    return new OpenLedger(this.live, this, release);
  }

  /** Nobody who opens the session waits for this. */
  async #hold(): Promise<void> {
    await this.#ports.pause(0);
    if (!this.#isClosed) this.live.loaded.hold();
  }

  async allToolCalls(): Promise<readonly ToolCall[]> {
    const { loaded, state } = this.live;
    if (loaded.segments.held.length === 0) return [...state.toolCalls];
    return readAllToolCalls(this.#callsParts());
  }

  async toolCalls(taskId: string): Promise<readonly ToolCall[]> {
    const { loaded, state } = this.live;
    const task = state.tasks.get(taskId);
    const known = toolCallsOf(state, taskId);
    // Of a finished task the state may have only what verified it later.
    if (task === undefined || !isFinished(task) || loaded.segments.held.length === 0) return known;
    const from = loaded.places.before(state.metadata.tasks.indexOf(taskId));
    const found = await readToolCalls(task, from, this.#callsParts());
    return found.length >= known.length ? found : known;
  }

  #callsParts(): TaskCallsParts {
    const { loaded, sessionId } = this.live;
    const report = loaded.report.bind(loaded);
    return { builder: loaded.builder, sessionId, ports: this.#ports, report };
  }
}
