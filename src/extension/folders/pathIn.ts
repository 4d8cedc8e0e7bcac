import { relative, sep } from 'node:path';
import type { FolderSessions } from './folderSessions.ts';

/** Relative to the folder, with `/`. */
export function pathIn({ folder }: FolderSessions, file: string): string {
  return relative(folder.uri.fsPath, file).split(sep).join('/');
}
