import { SessionError } from './errors.ts';
import type { SessionEvent, TaskEvent } from './events.ts';
import { endOrphanedProcesses, interruption, orphans } from './interruption.ts';
import type { Clock, ProcessTable, SessionLedger } from './ports.ts';
import type { AgentTask } from './task.ts';

const POLL_MS = 500;
const END_MS = 10_000;

type StartType = 'taskStarted' | 'verificationStarted';

/**
 * Waits until it is this task's turn and takes the run right, to run it or to verify it: tasks of a session run one at a time,
 * in the order of their creation, over all processes. Resolves with the epoch, or with `null` when it was closed while it waited.
 */
export async function takeTurn(
  ledger: SessionLedger,
  taskId: string,
  processes: ProcessTable,
  clock: Clock,
  signal: AbortSignal,
  type: StartType = 'taskStarted',
): Promise<number | null> {
  for (;;) {
    const gone = orphans(ledger.state, processes);
    await endOrphanedProcesses(ledger.state, gone, processes);
    const records = await ledger.commit(state => {
      const closing = orphans(state, processes);
      const closed = new Set(closing.map(live => live.taskId));
      const first = state.live.find(live => !closed.has(live.taskId));
      const events: SessionEvent[] = closing.flatMap(live => interruption(state, live));
      if (first?.taskId !== taskId || first.epoch !== null) return events;
      return [...events, { type, data: { taskId, epoch: state.epoch + 1, owner: processes.self } }];
    });
    const started = records.at(-1)?.event;
    if (started?.type === 'taskStarted' || started?.type === 'verificationStarted') return started.data.epoch;
    if (!isLive(ledger, taskId)) return null;
    await nextChange(ledger, clock, signal);
    if (signal.aborted) return null;
  }
}

/** The task's record; it exists once it was created here. */
export function taskOf(ledger: SessionLedger, taskId: string): AgentTask {
  const task = ledger.state.tasks.get(taskId);
  if (task === undefined) throw new SessionError('not_found', `There is no task ${taskId}.`);
  return task;
}

export function questionClosed(): SessionError {
  return new SessionError('conflict', 'This question is not open any more. Nothing was changed.');
}

function isLive(ledger: SessionLedger, taskId: string): boolean {
  return ledger.state.live.some(live => live.taskId === taskId);
}

/** Resolves once the task ended, or its verification did, or was closed because its process is dead; after ten seconds in any case. */
export async function waitForEnd(
  ledger: SessionLedger,
  taskId: string,
  processes: ProcessTable,
  clock: Clock,
): Promise<void> {
  const never = new AbortController().signal;
  const deadline = clock.monotonic() + END_MS;
  while (isLive(ledger, taskId) && clock.monotonic() < deadline) {
    if (orphans(ledger.state, processes).length > 0) {
      await ledger.commit(state => orphans(state, processes).flatMap(live => interruption(state, live)));
    } else {
      await nextChange(ledger, clock, never);
    }
  }
}

/** Resolves on the next record, after half a second (an owner may have died), or when aborted. */
function nextChange(ledger: SessionLedger, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      subscription.dispose();
      timer.dispose();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const subscription = ledger.onDidAppend(done);
    const timer = clock.setTimeout(done, POLL_MS);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/** What closes a task that somebody cancelled. */
export function cancelledEvent(taskId: string, executionTime: number | null): TaskFailed {
  const error = 'The task was cancelled. What it had done is kept. Retry it when you are ready.';
  return {
    type: 'taskFailed',
    data: { taskId, executionTime, reason: 'cancelled', errorCode: 'cancelled', error },
  };
}

type TaskFailed = Extract<TaskEvent, { type: 'taskFailed' }>;
