import { TaskBlame } from '../core/blame/taskBlame.ts';
import { Traceability } from '../core/blame/traceability.ts';
import type { TaskFinder } from '../core/blame/tracedTask.ts';
import type { Checkpoints } from '../core/checkpoints.ts';
import { invalidInput, messageOf } from '../core/errors.ts';
import type { SessionManager } from '../core/sessionManager.ts';
import { createFiles } from '../workspace/files.ts';
import { ReadOnlyGit } from '../workspace/git.ts';
import { matchLines } from '../workspace/lineMatch.ts';
import { WorkspaceError } from '../workspace/workspaceError.ts';

export interface TraceabilityParts {
  readonly root: string;
  readonly finder: TaskFinder;
  readonly checkpoints: Checkpoints;
  readonly sessions: SessionManager;
}

export function createTraceability({ root, finder, checkpoints, sessions }: TraceabilityParts): Traceability {
  const files = createFiles(root);
  return new Traceability({
    ...{
      finder,
      blame: new TaskBlame({ finder, checkpoints, matchLines }),
      onDidChange: sessions.onDidChange,
    },
    async readText(path) {
      try {
        return await files.readText(path);
      } catch (error) {
        // A file that is gone, or is no text, has a history all the same.
        const isElsewhere =
          error instanceof WorkspaceError && (error.code === 'outside' || error.code === 'invalid_path');
        if (isElsewhere) throw invalidInput('file', messageOf(error));
        return undefined;
      }
    },
    async readCommit(hash) {
      const git = new ReadOnlyGit(root);
      const format = '--format=%H%n%(trailers:key=Coding-Agent-Task,valueonly)';
      const answer = await git
        .read('show', '--no-patch', format, `${hash}^{commit}`, '--')
        .catch(() => undefined);
      const [full, ...tasks] = (answer ?? '').split('\n').map(line => line.trim());
      return full === undefined || full === ''
        ? undefined
        : { hash: full, tasks: tasks.filter(id => id !== '') };
    },
    async taskById(taskId) {
      try {
        const { task } = await sessions.getTask(taskId);
        const { stats: _stats, ...session } = await sessions.getSession(task.sessionId);
        return { task, session };
      } catch {
        // A trailer may name a task of another folder, or anything.
        return undefined;
      }
    },
  });
}
