import type { FolderSessions } from '../folders/folderSessions.ts';

export interface FolderAnswers<T> {
  readonly answers: readonly T[];
  /** Why the others did not answer. */
  readonly problems: readonly unknown[];
}

/** Asks every folder: one whose ledger cannot be used costs its own answer, not those of the others. */
export async function askFolders<T>(
  folders: readonly FolderSessions[],
  ask: (folder: FolderSessions) => Promise<T>,
): Promise<FolderAnswers<T>> {
  const settled = await Promise.allSettled(folders.map(ask));
  return {
    answers: settled.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
    problems: settled.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason as unknown] : [])),
  };
}
