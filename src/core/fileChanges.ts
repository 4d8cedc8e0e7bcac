import type { FileChange } from './task.ts';

/** One entry a path: what it was before the task, what it is now. A renamed file is followed. */
export function mergeChanges(
  known: readonly FileChange[],
  changes: readonly FileChange[],
): readonly FileChange[] {
  const byPath = new Map(known.map(change => [change.path, change]));
  for (const change of changes) {
    if (change.kind === 'renamed' && change.from !== undefined) moveEntry(byPath, change, change.from);
    else mergeEntry(byPath, change);
  }
  return [...byPath.values()].filter(isVisible);
}

/** Each change is the last word on its path; one that changes nothing takes the path off the list. */
export function settleChanges(
  known: readonly FileChange[],
  changes: readonly FileChange[],
): readonly FileChange[] {
  const byPath = new Map(known.map(change => [change.path, change]));
  for (const change of changes) byPath.set(change.path, change);
  return [...byPath.values()].filter(isVisible);
}

type ByPath = Map<string, FileChange>;

/** A file put back as it was, or made and removed again, did not change. */
function isVisible(change: FileChange): boolean {
  if (change.kind === 'deleted') return change.before !== undefined;
  if (change.kind !== 'modified' || change.mode !== undefined) return true;
  // What nobody hashed is not known to be the same.
  return change.before === undefined || change.before !== change.after;
}

function mergeEntry(byPath: ByPath, later: FileChange): void {
  const { path } = later;
  const earlier = byPath.get(path);
  if (earlier === undefined) {
    byPath.set(path, later);
  } else if (isToldAgain(earlier, later)) {
    // By the tool that wrote and by the look at the folder, as of an agent that writes through us.
  } else if (earlier.kind === 'renamed' && earlier.from !== undefined && later.kind === 'deleted') {
    byPath.delete(path);
    mergeEntry(byPath, { ...later, ...beforeOf(earlier), path: earlier.from });
  } else {
    byPath.set(path, followUp(earlier, later, path));
  }
}

function isToldAgain(earlier: FileChange, later: FileChange): boolean {
  return earlier.kind === later.kind && earlier.before === later.before && earlier.after === later.after;
}

/** What was known of the file moves along with it; what was known of its new name was another file. */
function moveEntry(byPath: ByPath, later: FileChange, from: string): void {
  const source = byPath.get(from);
  const target = byPath.get(later.path);
  byPath.delete(from);
  if (target?.before !== undefined) {
    const { from: _from, ...rest } = later;
    byPath.set(later.path, { ...rest, ...beforeOf(target), kind: 'modified' });
    const origin = source?.from ?? from;
    const before = source === undefined ? beforeOf(later) : beforeOf(source);
    if (source?.kind !== 'added') byPath.set(origin, { path: origin, kind: 'deleted', ...before });
  } else {
    byPath.set(later.path, source === undefined ? later : followUp({ from, ...source }, later, later.path));
  }
}

/** The two changes of one file as one. */
function followUp(earlier: FileChange, later: FileChange, path: string): FileChange {
  const { before: _before, from: _from, ...rest } = later;
  const lines =
    earlier.added === undefined || later.added === undefined
      ? {}
      : { added: earlier.added + later.added, removed: (earlier.removed ?? 0) + (later.removed ?? 0) };
  const isShared = earlier.shared === true || later.shared === true || !follows(earlier, later);
  const merged = { ...rest, ...lines, ...beforeOf(earlier), ...(isShared ? { shared: true } : {}) };
  if (later.kind === 'deleted') return merged;
  if (earlier.before === undefined) return { ...merged, kind: 'added' };
  const isMoved = earlier.from !== undefined && earlier.from !== path;
  return isMoved ? { ...merged, kind: 'renamed', from: earlier.from } : { ...merged, kind: 'modified' };
}

/** Whether the later change found what the earlier one left: otherwise somebody was at work in between. */
function follows(earlier: FileChange, later: FileChange): boolean {
  return earlier.after === undefined || later.before === undefined || earlier.after === later.before;
}

function beforeOf({ before }: FileChange): Pick<FileChange, 'before'> {
  return before === undefined ? {} : { before };
}
