import { join, relative, sep } from 'node:path';
import type { SessionState } from '../core/state.ts';

/** The state as it reads now that the folder is at `root`: absolute paths inside its former place move along. */
export function rebase(state: SessionState, root: string): SessionState {
  const { projectPath, workingDirectory } = state.metadata;
  if (projectPath === root) return state;
  const moved = isInside(workingDirectory, projectPath)
    ? join(root, relative(projectPath, workingDirectory))
    : workingDirectory;
  return { ...state, metadata: { ...state.metadata, projectPath: root, workingDirectory: moved } };
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}
