import type { CapturedEntry, Checkpoints } from './checkpoints.ts';
import { SessionError } from './errors.ts';
import type { AgentTask } from './task.ts';
import type { ToolCall } from './toolCall.ts';
import { backAgain, pathsOf, type Transitions, transitionsOf } from './undoPlan.ts';

/** Which paths are to be put into which state; `now` captures the workspace when the task's end was not. */
export async function targetOf(
  checkpoints: Checkpoints,
  task: AgentTask,
  toolCalls: readonly ToolCall[],
  now: () => Promise<string>,
): Promise<Transitions> {
  const { checkpoint: before, undone } = task;
  if (before === null) throw noCheckpoint(task);
  const after = task.checkpointAfter ?? undone?.checkpoint ?? (await now());
  const transitions = await taskTransitions(checkpoints, task, toolCalls, before, after);
  if (undone === undefined) return transitions;
  const [held, then] = await Promise.all([
    checkpoints.entries(
      undone.checkpoint,
      transitions.paths.map(({ path }) => path),
    ),
    checkpoints.changes(before, undone.checkpoint),
  ]);
  return backAgain(transitions, held, then);
}

/** The paths of a task between two checkpoints. */
export async function taskTransitions(
  checkpoints: Checkpoints,
  task: AgentTask,
  toolCalls: readonly ToolCall[],
  before: string,
  after: string,
): Promise<Transitions> {
  const changes = await checkpoints.changes(before, after);
  const known = new Set(task.filesChanged.flatMap(pathsOf));
  const missing = [...known].filter(path => !changes.entries.some(entry => entry.path === path));
  const held =
    missing.length === 0 ? new Map<string, CapturedEntry>() : await checkpoints.entries(after, missing);
  const doubtful = task.checkpointAfter === undefined ? await doubtfulPaths() : new Set<string>();
  return transitionsOf(task, toolCalls, changes, doubtful, new Set(held.keys()));

  /** Nobody saw the task's end: what is not as its tools left it, and what a command left that was cut off, may be anyone's. */
  async function doubtfulPaths(): Promise<ReadonlySet<string>> {
    const wasCutOff = toolCalls.some(({ status }) => status === 'interrupted');
    const described = await checkpoints.describe(changes.entries.filter(({ path }) => known.has(path)));
    const left = new Map(task.filesChanged.map(change => [change.path, change.after]));
    const changed = described
      .filter(({ path, after: hash }) => left.get(path) !== hash)
      .map(({ path }) => path);
    const unknown = wasCutOff ? changes.entries.map(({ path }) => path).filter(path => !known.has(path)) : [];
    return new Set([...changed, ...unknown]);
  }
}

/** Rejects with `checkpoint_pruned` when the checkpoints that a task's record names are not kept any more. */
export async function requireKept(checkpoints: Pick<Checkpoints, 'isKept'>, task: AgentTask): Promise<void> {
  if (await checkpoints.isKept(task.id)) return;
  throw new SessionError(
    'checkpoint_pruned',
    `Checkpoint pruned: what the workspace held around task ${task.id} is not kept any more, so it can be neither shown nor undone. Nothing was changed. The settings checkpointGigabytes and checkpointDays say what is kept.`,
  );
}

export function noCheckpoint({ checkpointProblem, copyOf, reason }: AgentTask): SessionError {
  if (copyOf !== undefined)
    return new SessionError(
      'no_checkpoint',
      `This is a copy of what was done in session ${copyOf.sessionId}: only there can it be undone. Nothing was changed.`,
    );
  const why =
    checkpointProblem ??
    (reason === 'interrupted'
      ? 'Its process ended before the workspace was captured, or checkpoints were switched off.'
      : 'It ran before checkpoints were taken, or they were switched off.');
  return new SessionError(
    'no_checkpoint',
    `The workspace was not captured around this task, so it cannot be undone. ${why}`,
  );
}
