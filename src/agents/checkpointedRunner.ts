import type { Checkpoints } from '../core/checkpoints.ts';
import type { EditNotes } from '../core/editNotes.ts';
import { isSessionError, messageOf } from '../core/errors.ts';
import type { TaskEvent } from '../core/events.ts';
import type { Logger } from '../core/logger.ts';
import type { TaskRun, TaskRunner } from '../core/ports.ts';
import { fileEvents } from './recordable.ts';
import { ObservedPaths, settledChanges } from './settledChanges.ts';

export interface CheckpointedRunnerOptions {
  readonly checkpoints: Checkpoints;
  readonly logger: Logger;
  /** What an editor saved, where there is one. */
  readonly edits?: EditNotes | undefined;
  /** Whether the person wants checkpoints, as it stands now. */
  readonly isOn: () => boolean;
}

/**
 * A runner that captures the workspace before and after each task, so that what the task did can be shown and taken back. A
 * capture that fails stops no task: why there is none is on record.
 */
export function createCheckpointedRunner(runner: TaskRunner, options: CheckpointedRunnerOptions): TaskRunner {
  return {
    typeOf: text => runner.typeOf(text),
    run: run => (options.isOn() ? new CheckpointedRun(runner, options, run).run() : runner.run(run)),
  };
}

class CheckpointedRun {
  readonly #runner: TaskRunner;
  readonly #options: CheckpointedRunnerOptions;
  readonly #run: TaskRun;
  readonly #observed = new ObservedPaths();

  constructor(runner: TaskRunner, options: CheckpointedRunnerOptions, run: TaskRun) {
    this.#runner = runner;
    this.#options = options;
    this.#run = run;
  }

  async run(): ReturnType<TaskRunner['run']> {
    const { checkpoints, edits } = this.#options;
    const { workingDirectory } = this.#run.session;
    const presence = await checkpoints.enter(workingDirectory);
    const mark = edits?.mark ?? 0;
    const before = await this.#capture('before');
    try {
      return await this.#runner.run({
        ...this.#run,
        record: async (...events) => {
          this.#observed.note(events);
          await this.#run.record(...events);
        },
      });
    } finally {
      const after = before === undefined ? undefined : await this.#capture('after');
      const others = await presence.leave();
      if (before !== undefined && after !== undefined)
        await this.#settle(before, after, others, edits?.since(mark) ?? new Set());
    }
  }

  /** `undefined` when there is no checkpoint; the record says why. */
  async #capture(moment: 'before' | 'after'): Promise<string | undefined> {
    const { task, session, signal } = this.#run;
    try {
      const checkpoint = await this.#options.checkpoints.capture(session.workingDirectory, {
        keepAs: `tasks/${task.id}/${moment}`,
        // What a cancelled task did is wanted most.
        ...(moment === 'before' ? { signal } : {}),
      });
      await this.#record({ type: 'checkpointTaken', data: { taskId: task.id, moment, checkpoint } });
      return checkpoint;
    } catch (error) {
      if (signal.aborted) return undefined;
      const problem = messageOf(error);
      this.#options.logger.warn(`No checkpoint ${moment} task ${task.id}: ${problem}`);
      await this.#record({
        type: 'checkpointTaken',
        data: { taskId: task.id, moment, checkpoint: null, problem },
      });
      return undefined;
    }
  }

  async #settle(before: string, after: string, others: boolean, edited: ReadonlySet<string>): Promise<void> {
    const { task, session } = this.#run;
    const known = this.#run.latest().filesChanged;
    if (before === after && known.length === 0) return;
    const folder = `${session.workingDirectory}/`;
    const inside = [...edited].filter(path => path.startsWith(folder)).map(path => path.slice(folder.length));
    try {
      const { checkpoints } = this.#options;
      const changes = await checkpoints.changes(before, after);
      const atWork = { others, edited: new Set(inside) };
      const settled = await settledChanges(checkpoints, changes, known, this.#observed, atWork);
      for (const event of fileEvents(task.id, settled)) {
        if (event.type === 'filesChanged')
          await this.#record({ ...event, data: { ...event.data, settled: true } });
      }
    } catch (error) {
      this.#options.logger.warn(`What task ${task.id} changed could not be compared: ${messageOf(error)}`);
    }
  }

  /** A run that lost its right, or whose journal cannot be written, ends with that error in its own way. */
  async #record(event: TaskEvent): Promise<void> {
    await this.#run.record(event).catch((error: unknown) => {
      if (!isSessionError(error)) throw error;
    });
  }
}
