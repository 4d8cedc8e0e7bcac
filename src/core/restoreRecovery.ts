import type { Checkpoints, RestorePlan } from './checkpoints.ts';
import { isSessionError, messageOf, type SessionError } from './errors.ts';
import type { Logger } from './logger.ts';
import type { ProcessTable, SessionLedger, WorkspaceGate } from './ports.ts';
import type { ProcessOwner } from './processOwner.ts';
import { isDone, isReady, opposite } from './restorePlan.ts';
import { toolCallsOf } from './state.ts';
import type { AgentTask, TaskRestore } from './task.ts';
import { planOf, restorePlanOf } from './undoPlan.ts';
import { targetOf } from './undoTarget.ts';

export interface RestoreRecoveryOptions {
  readonly checkpoints: Checkpoints;
  readonly gate: Pick<WorkspaceGate, 'resolveWorkingDirectory'>;
  readonly processes: ProcessTable;
  readonly logger: Logger;
}

/**
 * Finishes what an undo had begun when its process died. Where somebody changed a file since, everything else is put back, and
 * the undo counts as not done.
 */
export class RestoreRecovery {
  readonly #options: RestoreRecoveryOptions;

  constructor(options: RestoreRecoveryOptions) {
    this.#options = options;
  }

  /** Who answers for the restores of this process. */
  get self(): ProcessOwner {
    return this.#options.processes.self;
  }

  /** Lets go of the checkpoints of sessions that are gone for good. Never rejects. */
  async forget(sessionIds: readonly string[]): Promise<void> {
    if (sessionIds.length === 0) return;
    await this.#options.checkpoints.prune({ sessionIds }).catch((error: unknown) => {
      this.#options.logger.warn(`Checkpoints of removed sessions are still there: ${messageOf(error)}`);
    });
  }

  isNeeded(ledger: SessionLedger): boolean {
    return this.#halfDone(ledger).length > 0;
  }

  /** Never rejects: what cannot be finished now is tried again later. */
  async recover(ledger: SessionLedger): Promise<void> {
    for (const task of this.#halfDone(ledger)) {
      try {
        if (task.restoring !== undefined) await this.#finish(ledger, task, task.restoring);
      } catch (error) {
        this.#options.logger.warn(`The undo of task ${task.id} could not be finished: ${messageOf(error)}`);
      }
    }
  }

  #halfDone({ state }: SessionLedger): readonly AgentTask[] {
    const { processes } = this.#options;
    return [...state.tasks].filter(
      ({ restoring }) => restoring !== undefined && processes.stateOf(restoring.owner) === 'dead',
    );
  }

  async #finish(ledger: SessionLedger, task: AgentTask, { checkpoint, undone }: TaskRestore): Promise<void> {
    const { checkpoints, gate } = this.#options;
    const taskId = task.id;
    const folder = await gate.resolveWorkingDirectory(ledger.state.metadata.workingDirectory);
    const calls = toolCallsOf(ledger.state, taskId);
    const all = await targetOf(checkpoints, task, calls, () => Promise.resolve(checkpoint));
    const paths = all.paths.map(({ path }) => path);
    const found = await checkpoints.look(folder, planOf(all));
    const touchable = all.paths.filter(({ path }) => found.get(path) !== 'untouchable');
    const plan = restorePlanOf({ ...all, paths: touchable }, await checkpoints.entries(checkpoint, paths));
    const outcome = await checkpoints
      .restore(folder, plan)
      .catch((error: unknown) => this.#putBack(folder, plan, error));
    if (outcome.status === 'unfinished') throw outcome.error;
    await ledger.commit(state => {
      if (state.tasks.get(taskId)?.restoring?.checkpoint !== checkpoint) return [];
      return outcome.status === 'restored'
        ? [{ type: 'taskUndone', data: { taskId, undone, checkpoint, files: plan.steps.length } }]
        : [{ type: 'restoreFailed', data: { taskId, error: outcome.error.message } }];
    });
  }

  /** Files that hold neither the old nor the new are somebody's by now: they stay. */
  async #putBack(
    folder: string,
    plan: RestorePlan,
    cause: unknown,
  ): Promise<{ readonly status: 'reverted'; readonly error: SessionError }> {
    if (!isSessionError(cause) || cause.code !== 'undo_conflict') throw cause;
    const { checkpoints } = this.#options;
    const back = opposite(plan);
    const found = await checkpoints.look(folder, plan);
    const steps = back.steps.filter(step => {
      const now = found.get(step.path) ?? 'nothing';
      return isReady(now, step, back) || isDone(now, step, back);
    });
    const outcome = await checkpoints.restore(folder, { ...back, steps });
    if (outcome.status !== 'restored') throw outcome.error;
    return { status: 'reverted', error: cause };
  }
}
