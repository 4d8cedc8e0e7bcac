import { capturedTask, NOT_ENDED, NOT_HERE } from './capturedTask.ts';
import type { Checkpoints, EntryChange, FileDiff, Pruned, TaskDiff } from './checkpoints.ts';
import { isSessionError, SessionError } from './errors.ts';
import { requireOwnSession } from './input.ts';
import type { SessionLedger, WorkspaceGate } from './ports.ts';
import type { SessionManager } from './sessionManager.ts';
import { toolCallsOf } from './state.ts';
import { type AgentTask, isFinished } from './task.ts';
import type { RestoreRecovery } from './restoreRecovery.ts';
import { taskOf } from './taskTurn.ts';
import { noCheckpoint, requireKept, targetOf, taskTransitions } from './undoTarget.ts';
import {
  describePlan,
  planOf,
  restorePlanOf,
  type Transitions,
  undoConflict,
  type UndoPlan,
} from './undoPlan.ts';

export interface TaskUndoOptions {
  readonly sessions: Pick<SessionManager, 'getTask' | 'getSession' | 'withLedger'>;
  readonly checkpoints: Checkpoints;
  readonly gate: Pick<WorkspaceGate, 'resolveWorkingDirectory'>;
  readonly recovery: RestoreRecovery;
}

export interface UndoRequest {
  /** Overwrites what stands in the way; it is in the checkpoint that is taken first. */
  readonly force?: boolean | undefined;
}

export interface UndoResult {
  readonly task: AgentTask;
  /** What was done. */
  readonly plan: UndoPlan;
}

const NOT_THERE: ReadonlySet<string> = new Set(['no_checkpoint', 'checkpoint_pruned']);

/**
 * Shows what a task changed, takes it back, and brings it back again. Each of these is all or nothing, touches nothing else, and
 * can itself be taken back. Rejects with `not_found`, `task_not_finished`, `session_busy`, `no_checkpoint`, `checkpoint_pruned`,
 * `undo_conflict`,
 * `not_trusted` or a storage error.
 */
export class TaskUndo {
  readonly #options: TaskUndoOptions;

  constructor(options: TaskUndoOptions) {
    this.#options = options;
  }

  /**
   * What a task changed; while it runs, and when its process died, up to now. Of a copy in a fork: what the original changed,
   * where that is here.
   */
  async diff(taskId: string, { patches = true }: { readonly patches?: boolean } = {}): Promise<TaskDiff> {
    const { sessions, checkpoints } = this.#options;
    const { task, toolCalls, isElsewhere } = await capturedTask(this.#options, taskId);
    const { checkpoint: before } = task;
    const nothing = { taskId, foldersMade: [], foldersRemoved: [], undone: task.undone !== undefined };
    const unknown = { ...nothing, files: task.filesChanged, before: null, after: null };
    if (before === null) return unknown;
    const { workingDirectory } = await sessions.getSession(task.sessionId);
    // What is in this folder now is no part of what was done elsewhere.
    if (task.checkpointAfter === undefined && isElsewhere) return { ...unknown, problem: NOT_ENDED };
    try {
      await requireKept(checkpoints, task);
      const after = task.checkpointAfter ?? (await this.#captureNow(workingDirectory));
      const transitions = await taskTransitions(checkpoints, task, toolCalls, before, after);
      const described = await checkpoints.describe(shownEntries(task, transitions), { patches });
      return {
        ...nothing,
        files: filesOf(task, described, transitions),
        foldersMade: transitions.removeFolders,
        foldersRemoved: transitions.makeFolders,
        before,
        after,
      };
    } catch (error) {
      if (!isElsewhere || !isSessionError(error) || !NOT_THERE.has(error.code)) throw error;
      return { ...unknown, problem: NOT_HERE };
    }
  }

  /** The content of a file that a task changed, before or after it; `undefined` when there was none. */
  async content(taskId: string, moment: 'before' | 'after', path: string): Promise<Uint8Array | undefined> {
    const { task } = await capturedTask(this.#options, taskId);
    const checkpoint = moment === 'before' ? task.checkpoint : (task.checkpointAfter ?? null);
    if (checkpoint === null) throw noCheckpoint(task);
    await requireKept(this.#options.checkpoints, task);
    return this.#options.checkpoints.content(checkpoint, path);
  }

  /** What `undo` would do now. Changes nothing. */
  async plan(taskId: string): Promise<UndoPlan> {
    const { task, toolCalls } = await this.#options.sessions.getTask(taskId);
    return this.#options.sessions.withLedger(task.sessionId, async ledger => {
      requireOwnSession(ledger.state.metadata);
      const folder = await this.#folderOf(ledger);
      await this.#requireUndoable(task);
      const transitions = await targetOf(this.#options.checkpoints, task, toolCalls, () =>
        this.#options.checkpoints.capture(folder),
      );
      const found = await this.#options.checkpoints.look(folder, planOf(transitions));
      return describePlan(taskId, transitions, found);
    });
  }

  /** Takes a task's changes back; those of an undone task are brought back. */
  async undo(taskId: string, { force = false }: UndoRequest = {}): Promise<UndoResult> {
    const { task } = await this.#options.sessions.getTask(taskId);
    return this.#options.sessions.withLedger(task.sessionId, async ledger => {
      requireOwnSession(ledger.state.metadata);
      const folder = await this.#folderOf(ledger);
      await this.#requireIdle(ledger, taskId);
      const presence = await this.#options.checkpoints.enter(folder);
      try {
        return await this.#restore(ledger, folder, taskId, force);
      } finally {
        await presence.leave();
      }
    });
  }

  /** Lets go of checkpoints that were taken before a time: those tasks cannot be undone any more. */
  async prune(olderThan: Date): Promise<Pruned> {
    return this.#options.checkpoints.prune({ olderThan });
  }

  async #restore(ledger: SessionLedger, folder: string, taskId: string, force: boolean): Promise<UndoResult> {
    const { checkpoints, recovery } = this.#options;
    const task = taskOf(ledger, taskId);
    await this.#requireUndoable(task);
    const checkpoint = await checkpoints.capture(folder, {
      keepAs: `tasks/${taskId}/undo-${ledger.state.metadata.lastEventSeq}`,
      durable: true,
    });
    const calls = toolCallsOf(ledger.state, taskId);
    const all = await targetOf(checkpoints, task, calls, () => Promise.resolve(checkpoint));
    const paths = all.paths.map(({ path }) => path);
    const found = await checkpoints.look(folder, planOf(all));
    const plan = describePlan(taskId, all, found);
    if (plan.conflicts.length > 0 && !force) throw undoConflict(plan);
    if (plan.files.length === 0 && all.makeFolders.length === 0 && all.removeFolders.length === 0)
      throw nothingToUndo(task);
    const touchable = all.paths.filter(({ path }) => found.get(path) !== 'untouchable');
    const held = await checkpoints.entries(checkpoint, paths);
    const restore = restorePlanOf({ ...all, paths: touchable }, held);
    await ledger.commit(state => {
      const now = state.tasks.get(taskId);
      if (now === undefined || now.restoring !== undefined || (now.undone === undefined) !== plan.undone)
        throw new SessionError('conflict', 'Somebody else is undoing this task. Nothing was changed.');
      const data = { taskId, undone: plan.undone, checkpoint, force, owner: recovery.self };
      return [{ type: 'restoreStarted', data }];
    });
    const outcome = await checkpoints.restore(folder, restore).catch(async (error: unknown) => {
      await this.#giveUp(ledger, taskId, error);
      throw error;
    });
    if (outcome.status === 'restored') {
      const data = { taskId, undone: plan.undone, checkpoint, files: outcome.files };
      await ledger.commit(() => [{ type: 'taskUndone', data }]);
      return { task: taskOf(ledger, taskId), plan };
    }
    // What could not even be put back is tried again when the session is opened next.
    if (outcome.status === 'reverted') await this.#giveUp(ledger, taskId, outcome.error);
    throw outcome.error;
  }

  async #requireUndoable(task: AgentTask): Promise<void> {
    if (!isFinished(task))
      throw new SessionError('task_not_finished', 'This task has not ended yet. Cancel it first, or wait.');
    if (task.checkpoint === null) throw noCheckpoint(task);
    await requireKept(this.#options.checkpoints, task);
  }

  async #giveUp(ledger: SessionLedger, taskId: string, error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    await ledger.commit(() => [{ type: 'restoreFailed', data: { taskId, error: message } }]);
  }

  async #requireIdle(ledger: SessionLedger, taskId: string): Promise<void> {
    const { state } = ledger;
    if (!isFinished(taskOf(ledger, taskId)))
      throw new SessionError('task_not_finished', 'This task has not ended yet. Cancel it first, or wait.');
    if (state.live.length > 0)
      throw new SessionError(
        'session_busy',
        'A task of this session is running. Nothing was changed. Wait for it or cancel it, then undo.',
      );
    await this.#options.recovery.recover(ledger);
    if ([...ledger.state.tasks].some(task => task.restoring !== undefined))
      throw new SessionError('session_busy', 'A task of this session is being undone already. Try again.');
  }

  async #folderOf(ledger: SessionLedger): Promise<string> {
    return this.#options.gate.resolveWorkingDirectory(ledger.state.metadata.workingDirectory);
  }

  async #captureNow(workingDirectory: string): Promise<string> {
    return this.#options.checkpoints.capture(
      await this.#options.gate.resolveWorkingDirectory(workingDirectory),
    );
  }
}

/** What is shown: a renamed file is one entry. */
function shownEntries(task: AgentTask, { paths }: Transitions): readonly EntryChange[] {
  const byPath = new Map(paths.map(transition => [transition.path, transition]));
  const renames = task.filesChanged.flatMap(({ path, from }): readonly EntryChange[] => {
    const source = from === undefined ? undefined : byPath.get(from);
    const target = byPath.get(path);
    if (from === undefined || !source?.target || !target?.expected) return [];
    byPath.delete(from);
    byPath.delete(path);
    return [{ path, from, before: source.target, after: target.expected }];
  });
  const rest = [...byPath.values()].map(({ path, expected, target }) => ({
    path,
    ...(target && { before: target }),
    ...(expected && { after: expected }),
  }));
  return [...renames, ...rest];
}

/** The task's list of files, with what the checkpoints say of each. */
function filesOf(
  task: AgentTask,
  described: readonly FileDiff[],
  { paths }: Transitions,
): readonly FileDiff[] {
  const shared = new Set(paths.filter(path => path.shared).map(({ path }) => path));
  const seen = new Map(
    described.map(diff => [diff.path, { ...diff, ...(shared.has(diff.path) && { shared: true }) }]),
  );
  const files = task.filesChanged.map(change => seen.get(change.path) ?? change);
  const known = new Set(task.filesChanged.map(({ path }) => path));
  return [...files, ...[...seen.values()].filter(({ path }) => !known.has(path))];
}

function nothingToUndo({ undone }: AgentTask): SessionError {
  const what =
    undone === undefined
      ? 'This task changed no file that can be taken back'
      : 'There is nothing to bring back';
  return new SessionError('no_checkpoint', `${what}: everything is as it would be. Nothing was changed.`);
}
