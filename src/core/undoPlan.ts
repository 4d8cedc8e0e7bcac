import type {
  CapturedEntry,
  CheckpointChanges,
  EntryChange,
  FoundEntry,
  RestorePlan,
} from './checkpoints.ts';
import { SessionError } from './errors.ts';
import { OWN_FILE_TOOLS, READING_TOOLS } from './ownTools.ts';
import { isAbove, isDone, isReady, isSameEntry } from './restorePlan.ts';
import type { AgentTask, FileChange } from './task.ts';
import type { ToolCall } from './toolCall.ts';

/** What would happen to one file. */
export interface UndoFile {
  /** Relative to the session's working directory, with `/`. */
  readonly path: string;
  readonly action: 'create' | 'change' | 'delete' | 'rename' | 'mode';
  /** Where a renamed file is now. */
  readonly from?: string;
}

export interface UndoConflict {
  readonly path: string;
  /** `changed`: it is not as the task left it. `shared`: somebody else was at work on it at the same time. */
  readonly reason: 'changed' | 'shared';
}

/** What undoing a task, or bringing its changes back, would do. */
export interface UndoPlan {
  readonly taskId: string;
  /** Whether the task would be undone (`true`) or its changes brought back. */
  readonly undone: boolean;
  readonly files: readonly UndoFile[];
  /** What stands in the way; `force` overwrites it. */
  readonly conflicts: readonly UndoConflict[];
  /** What the task changed and this leaves alone: `protected` names, and what the user's rules ignore. */
  readonly left: readonly { readonly path: string; readonly reason: 'protected' | 'ignored' }[];
}

/** A path of the task: what it should hold now, and what it is to hold. */
export interface Transition {
  readonly path: string;
  readonly expected: CapturedEntry | null;
  readonly target: CapturedEntry | null;
  readonly shared: boolean;
}

export interface Transitions {
  readonly undone: boolean;
  readonly paths: readonly Transition[];
  readonly makeFolders: readonly string[];
  readonly removeFolders: readonly string[];
  readonly ignored: readonly string[];
}

/**
 * The paths of a task between two checkpoints. Only what the task is known to have changed: what else differs is somebody
 * else's. `sharedPaths` are those whose owner cannot be told.
 */
export function transitionsOf(
  task: AgentTask,
  toolCalls: readonly ToolCall[],
  changes: CheckpointChanges,
  sharedPaths: ReadonlySet<string>,
  held: ReadonlySet<string>,
): Transitions {
  const shared = new Map<string, boolean>();
  for (const change of task.filesChanged)
    for (const path of pathsOf(change)) shared.set(path, change.shared === true || shared.get(path) === true);
  for (const path of sharedPaths) shared.set(path, true);
  const entries = changes.entries.filter(({ path }) => shared.has(path));
  const others = changes.entries.filter(({ path }) => !shared.has(path)).map(({ path }) => path);
  const moved = movedFromIgnored(task, entries, held);
  const isOwn = ownFolders(task, toolCalls, [...shared.keys()]);
  const folders = (names: readonly string[]): readonly string[] =>
    names.filter(name => isOwn(name) && !others.some(path => isAbove(name, path)));
  return {
    undone: true,
    paths: [...entries, ...moved].map(({ path, before, after }) => ({
      path,
      expected: after ?? null,
      target: before ?? null,
      shared: shared.get(path) === true,
    })),
    makeFolders: folders(changes.foldersRemoved),
    removeFolders: folders(changes.foldersMade),
    ignored: [...shared.keys()].filter(
      path => !held.has(path) && ![...entries, ...moved].some(entry => entry.path === path),
    ),
  };
}

/** A file that was ignored under its former name was not captured there, but is known all the same: it goes back whole. */
function movedFromIgnored(
  { filesChanged }: AgentTask,
  entries: readonly EntryChange[],
  held: ReadonlySet<string>,
): readonly EntryChange[] {
  const byPath = new Map(entries.map(entry => [entry.path, entry]));
  return filesChanged.flatMap(({ kind, path, from, before, after }) => {
    const target = byPath.get(path);
    const isWhole = kind === 'renamed' && before === after && target?.after !== undefined;
    if (!isWhole || from === undefined || byPath.has(from) || held.has(from)) return [];
    return [{ path: from, before: target.after }];
  });
}

/**
 * The same paths, back to what they held right before the undo. `then` is what was different there from before the task: a folder
 * that was gone by then does not come back. What held by then what the undo was to bring about was not touched by it.
 */
export function backAgain(
  transitions: Transitions,
  held: ReadonlyMap<string, CapturedEntry>,
  then: CheckpointChanges,
): Transitions {
  const paths = transitions.paths.map(({ path, target }) => ({
    path,
    expected: target,
    target: held.get(path) ?? null,
    shared: false,
  }));
  return {
    ...transitions,
    undone: false,
    paths: paths.filter(({ expected, target }) => !isSameEntry(expected, target)),
    makeFolders: transitions.removeFolders.filter(name => then.foldersMade.includes(name)),
    removeFolders: transitions.makeFolders.filter(name => then.foldersRemoved.includes(name)),
  };
}

/**
 * The plan, given what each path holds. With `force` what stands in the way is overwritten: then the restore starts from what is
 * there.
 */
export function restorePlanOf(
  transitions: Transitions,
  held: ReadonlyMap<string, CapturedEntry>,
): RestorePlan {
  const steps = transitions.paths
    .map(({ path, target }) => ({ path, from: held.get(path) ?? null, to: target }))
    .filter(({ from, to }) => !isSameEntry(from, to));
  return { steps, makeFolders: transitions.makeFolders, removeFolders: transitions.removeFolders };
}

/** The plan, were everything as the transitions expect it. */
export function planOf({ paths, makeFolders, removeFolders }: Transitions): RestorePlan {
  return {
    steps: paths.map(({ path, expected, target }) => ({ path, from: expected, to: target })),
    makeFolders,
    removeFolders,
  };
}

/** What a person is told before it happens. `found` is what is there now. */
export function describePlan(
  taskId: string,
  transitions: Transitions,
  found: ReadonlyMap<string, FoundEntry>,
): UndoPlan {
  const plan = planOf(transitions);
  const conflicts: UndoConflict[] = [];
  const pending: Transition[] = [];
  const left: { path: string; reason: 'protected' | 'ignored' }[] = [];
  for (const [index, transition] of transitions.paths.entries()) {
    const { path, shared } = transition;
    const now = found.get(path) ?? 'nothing';
    const step = plan.steps[index];
    if (step === undefined) continue;
    if (now === 'untouchable') left.push({ path, reason: 'protected' });
    else if (isDone(now, step, plan)) continue;
    else {
      pending.push(transition);
      if (!isReady(now, step, plan)) conflicts.push({ path, reason: 'changed' });
      else if (shared) conflicts.push({ path, reason: 'shared' });
    }
  }
  left.push(...transitions.ignored.map(path => ({ path, reason: 'ignored' }) as const));
  return { taskId, undone: transitions.undone, files: filesOf(pending), conflicts, left };
}

export function undoConflict({ conflicts }: UndoPlan): SessionError {
  const list = (reason: UndoConflict['reason']): string =>
    named(conflicts.filter(one => one.reason === reason));
  const changed = list('changed');
  const shared = list('shared');
  const why = [
    ...(changed === '' ? [] : [`Changed since the task: ${changed}.`]),
    ...(shared === '' ? [] : [`Changed by the task and by somebody else at the same time: ${shared}.`]),
  ];
  return new SessionError(
    'undo_conflict',
    `${why.join(' ')} Nothing was changed. Look at the task's diff; with force these files are overwritten after a checkpoint of them was taken.`,
  );
}

const MAX_NAMED = 5;

function named(conflicts: readonly UndoConflict[]): string {
  const paths = conflicts.slice(0, MAX_NAMED).map(({ path }) => path);
  const more = conflicts.length - paths.length;
  return `${paths.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export function pathsOf({ path, from }: FileChange): readonly string[] {
  return from === undefined ? [path] : [path, from];
}

function filesOf(pending: readonly Transition[]): readonly UndoFile[] {
  const leaving = new Map(
    pending.flatMap(({ path, expected, target }) =>
      expected !== null && target === null ? [[expected.id, path] as const] : [],
    ),
  );
  const renamed = new Map<string, string>();
  for (const { path, expected, target } of pending) {
    const from = expected === null && target !== null ? leaving.get(target.id) : undefined;
    if (from === undefined || target === null) continue;
    renamed.set(path, from);
    leaving.delete(target.id);
  }
  const sources = new Set(renamed.values());
  return pending
    .filter(({ path }) => !sources.has(path))
    .map(({ path, expected, target }): UndoFile => {
      const from = renamed.get(path);
      if (from !== undefined) return { path, action: 'rename', from };
      if (target === null) return { path, action: 'delete' };
      if (expected === null) return { path, action: 'create' };
      return { path, action: expected.id === target.id ? 'mode' : 'change' };
    });
}

/** Whether a folder that came or went did so by the task. */
function ownFolders(
  task: AgentTask,
  toolCalls: readonly ToolCall[],
  paths: readonly string[],
): (folder: string) => boolean {
  const isOurs = ({ tool }: ToolCall): boolean => OWN_FILE_TOOLS.has(tool) || READING_TOOLS.has(tool);
  if (task.agent.startsWith('acp:') || !toolCalls.every(isOurs)) return () => true;
  const named = toolCalls.flatMap(({ input }) =>
    ['path', 'from', 'to'].flatMap(name =>
      typeof input[name] === 'string' ? [input[name].replace(/\/+$/, '')] : [],
    ),
  );
  const all = [...paths, ...named];
  return folder => all.some(path => path === folder || isAbove(folder, path) || isAbove(path, folder));
}
