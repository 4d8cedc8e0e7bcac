import type { SessionMetadata } from '../session.ts';
import type { AgentTask } from '../task.ts';

/** A task and the session that it is in. */
export interface TracedTask {
  readonly task: AgentTask;
  readonly session: SessionMetadata;
}

/** Finds tasks by what is on record of them, without opening every session. */
export interface TaskFinder {
  /** Those that changed a file, newest first; `path` is relative to the root, with `/`. Undone ones are left out. */
  changing(path: string): Promise<readonly TracedTask[]>;
  /** Those that made a commit whose hash begins like this, newest first. */
  committing(hash: string): Promise<readonly TracedTask[]>;
}

/** The path of a session's file relative to the root; `undefined` when it is outside. */
export function pathInRoot(
  { projectPath, workingDirectory }: SessionMetadata,
  path: string,
): string | undefined {
  const root = projectPath.replaceAll('\\', '/');
  const folder = workingDirectory.replaceAll('\\', '/');
  if (folder === root) return path;
  return folder.startsWith(`${root}/`) ? `${folder.slice(root.length + 1)}/${path}` : undefined;
}
