import type { SessionChange } from '../core/sessionChange.ts';
import type { SessionManager } from '../core/sessionManager.ts';
import type { StartedTask } from '../core/taskLauncher.ts';
import { Approver } from './approver.ts';
import type { CommandResult } from './command.ts';
import type { CliContext } from './context.ts';
import { exitCodeOfTask } from './exitCode.ts';
import { createTaskView } from './taskView.ts';

/** Starts a task, shows it and answers for it until it ended. Ctrl-C is to cancel it: `start` hands `context.signal` on. */
export async function followTask(
  context: CliContext,
  sessions: SessionManager,
  start: () => Promise<StartedTask>,
): Promise<CommandResult> {
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
    const view = createTaskView(context.terminal, context.global.json, taskId);
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
      view.end(task);
      const { stats } = await sessions.getSession(sessionId);
      return { document: { sessionId, taskId, task, stats }, exitCode: exitCodeOfTask(task) };
    } finally {
      context.signal.removeEventListener('abort', cancel);
      approver.dispose();
      view.dispose();
    }
  } finally {
    subscription.dispose();
  }
}
