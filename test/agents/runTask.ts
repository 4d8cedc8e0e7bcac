import assert from 'node:assert/strict';
import { createTaskRunner, type TaskRunnerOptions } from '../../src/agents/taskRunner.ts';
import type { TaskOutcome } from '../../src/core/ports.ts';
import { realClock } from '../workspace/realClock.ts';
import { randomIds, RecordingRun, type RecordingRunOptions } from './recordingRun.ts';

export interface Ran {
  readonly run: RecordingRun;
  readonly outcome: TaskOutcome;
}

export type RunTask = (
  text: string,
  runOptions?: Partial<RecordingRunOptions>,
  options?: Partial<TaskRunnerOptions>,
) => Promise<Ran>;

/** Runs tasks in a folder with a runner of its own each, really. */
export function runIn(workingDirectory: string): RunTask {
  return async (text, runOptions = {}, options = {}) => {
    const run = new RecordingRun({ text, workingDirectory, ...runOptions });
    const runner = createTaskRunner({
      ...{ clock: realClock, ids: randomIds, recipes: [], commandTimeoutMs: null },
      policy: { approveInAdvance: false, rules: [] },
      ...options,
    });
    return { run, outcome: await runner.run(run) };
  };
}

/** The run of a task that completed, and every step and call of it too. */
export function completed({ outcome, run }: Ran): RecordingRun {
  assert.equal(outcome.status, 'completed', JSON.stringify(outcome));
  assert.ok(run.task.plan?.steps.every(step => step.status === 'completed'));
  assert.ok(run.calls.every(call => call.status === 'completed' && call.decision?.allowed === true));
  return run;
}

/** The message of a task that failed so, and left no call open. */
export function failed({ outcome, run }: Ran, reason: string, errorCode: string): string {
  assert.ok(outcome.status === 'failed', JSON.stringify(outcome));
  assert.deepEqual([outcome.reason, outcome.errorCode], [reason, errorCode], outcome.error);
  assert.ok(
    run.calls.every(call => call.endedAt !== undefined),
    'an open call',
  );
  return outcome.error;
}
