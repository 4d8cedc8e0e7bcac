import { publicTask } from '../core/publicTask.ts';
import type { SessionManager } from '../core/sessionManager.ts';
import type { StartedTask } from '../core/taskLauncher.ts';
import type { CommandResult } from './command.ts';
import type { CliContext } from './context.ts';
import { exitCodeOfTask } from './exitCode.ts';
import { createTaskView } from './taskView.ts';
import { watchTask } from './watchTask.ts';

/** Starts a task, shows it and answers for it until it ended. */
export async function followTask(
  context: CliContext,
  sessions: SessionManager,
  start: () => Promise<StartedTask>,
): Promise<CommandResult> {
  return watchTask(context, sessions, {
    start,
    viewOf: taskId => createTaskView(context.terminal, context.global.json, taskId),
    end: async (task, view) => {
      view.end(task);
      const { id: taskId, sessionId } = task;
      const { stats } = await sessions.getSession(sessionId);
      return {
        document: { sessionId, taskId, task: publicTask(task), stats },
        exitCode: exitCodeOfTask(task),
      };
    },
  });
}
