import type { CapturedEntry, FoundEntry, RestorePlan, RestoreStep } from './checkpoints.ts';

/** Whether a path holds what a step starts from, so that the step can be done. */
export function isReady(found: FoundEntry, step: RestoreStep, plan: RestorePlan): boolean {
  return found !== 'occupied' && holds(found, step.from, step.path, plan);
}

/** Whether a path holds what a step is to bring about. */
export function isDone(found: FoundEntry, step: RestoreStep, plan: RestorePlan): boolean {
  return holds(found === 'occupied' ? 'folder' : found, step.to, step.path, opposite(plan));
}

function holds(found: FoundEntry, expected: CapturedEntry | null, path: string, plan: RestorePlan): boolean {
  if (typeof found !== 'string') return isSameEntry(found, expected);
  if (expected !== null) return false;
  if (found === 'nothing') return true;
  // What is in the way goes away in the same restore.
  if (found === 'folder') return plan.removeFolders.includes(path);
  return found === 'blocked' && plan.steps.some(step => step.from !== null && isAbove(step.path, path));
}

/** The paths and folders of a plan: what else stands in a folder that is to go away is somebody else's. */
export function pathsOfPlan({ steps, makeFolders, removeFolders }: RestorePlan): ReadonlySet<string> {
  return new Set([...steps.map(({ path }) => path), ...makeFolders, ...removeFolders]);
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
