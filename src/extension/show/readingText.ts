import * as vscode from 'vscode';
import type { LongWork } from '../../core/longWork.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { countText } from './numberText.ts';

/** How far sessions are read that no index knows; of many that takes a while, once. `undefined` when none are. */
export function readingText(folders: readonly FolderSessions[]): string | undefined {
  const works = folders.flatMap(({ reading }) => reading ?? []);
  if (works.length === 0) return undefined;
  const [done, total] = [sumOf(works, 'done'), sumOf(works, 'total')];
  return firstReadingText(done, total);
}

export function firstReadingText(done: number, total: number): string {
  return vscode.l10n.t('Reading sessions for the first time: {0} of {1}', countText(done), countText(total));
}

function sumOf(works: readonly LongWork[], of: 'done' | 'total'): number {
  return works.reduce((sum, work) => sum + work[of], 0);
}
