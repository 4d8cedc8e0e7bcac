import type { SessionChange } from '../core/sessionChange.ts';
import type { SessionManager } from '../core/sessionManager.ts';
import type { AgentTask } from '../core/task.ts';
import type { StartedTask } from '../core/taskLauncher.ts';
import { Approver } from './approver.ts';
import type { CliContext } from './context.ts';
import type { TaskView } from './taskView.ts';

export interface Watched<T> {
  /** Ctrl-C is to cancel it: hands `context.signal` on. */
  readonly start: () => Promise<StartedTask>;
  readonly viewOf: (taskId: string) => TaskView;
  /** Makes the answer once the task ended and nobody is asked any more; the view goes afterwards. */
  readonly end: (task: AgentTask, view: TaskView) => Promise<T>;
}

/** Starts a task, shows what happens to it and asks what it asks until it ended. */
export async function watchTask<T>(
  context: CliContext,
  sessions: SessionManager,
  { start, viewOf, end }: Watched<T>,
): Promise<T> {
  // What happens before the task's id is known waits, so that the view gets all of it in order.
  const early: SessionChange[] = [];
  let take = (change: SessionChange): void => {
    early.push(change);
  };
  const subscription = sessions.onDidChange(change => {
    take(change);
  });
  try {
    const { sessionId, taskId, finished } = await start();
    const view = viewOf(taskId);
    const approver = new Approver({ context, sessions, taskId, view });
    const cancel = (): void => {
      view.cancel();
    };
    context.signal.addEventListener('abort', cancel);
    try {
      take = change => {
        if (!('sessionId' in change) || change.sessionId !== sessionId) return;
        view.notice(change);
        if (change.kind === 'records') approver.notice(change.state);
      };
      for (const change of early) take(change);
      const task = await finished;
      approver.dispose();
      return await end(task, view);
    } finally {
      context.signal.removeEventListener('abort', cancel);
      approver.dispose();
      view.dispose();
    }
  } finally {
    subscription.dispose();
  }
}
