import type { CapturedEntry, FoundEntry, RestorePlan, RestoreStep } from './checkpoints.ts';

/** Whether what was found under a step's path is what the step expects, or what it is to bring about. */
export function matches(
  found: FoundEntry,
  expected: CapturedEntry | null,
  step: RestoreStep,
  plan: RestorePlan,
): boolean {
  if (typeof found !== 'string') return isSameEntry(found, expected);
  if (expected !== null) return false;
  if (found === 'nothing') return true;
  // What is in the way goes away in the same restore.
  if (found === 'folder') return plan.removeFolders.includes(step.path);
  return (
    found === 'blocked' && plan.steps.some(({ path, from }) => from !== null && isAbove(path, step.path))
  );
}

export function isSameEntry(one: CapturedEntry | null, other: CapturedEntry | null): boolean {
  return one?.id === other?.id && one?.mode === other?.mode;
}

/** The way back. */
export function opposite({ steps, makeFolders, removeFolders }: RestorePlan): RestorePlan {
  return {
    steps: steps.map(({ path, from, to }) => ({ path, from: to, to: from })),
    makeFolders: removeFolders,
    removeFolders: makeFolders,
  };
}

export function isAbove(folder: string, path: string): boolean {
  return path.startsWith(`${folder}/`);
}
