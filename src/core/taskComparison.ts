import { isFinished, type AgentTask, type FailureReason, type FileChange } from './task.ts';

/** One attempt in figures. What is unknown is `null`. */
export interface ComparedAttempt {
  readonly taskId: string;
  readonly sessionId: string;
  readonly description: string;
  readonly attempt: number;
  readonly agent: string;
  readonly model: string | null;
  readonly status: AgentTask['status'];
  readonly reason: FailureReason | null;
  /** The message of a failure. */
  readonly error: string | null;
  readonly verification: AgentTask['verification'];
  readonly startedAt: Date | null;
  /** Milliseconds. */
  readonly executionTime: number | null;
  readonly tokens: number | null;
  /** US dollars. */
  readonly cost: number | null;
  readonly steps: number | null;
  readonly filesChanged: number;
  /** Lines over all files; `null` when no file tells. */
  readonly added: number | null;
  readonly removed: number | null;
  readonly commits: number;
}

/** One file that some attempt changed. */
export interface ComparedFile {
  readonly path: string;
  /** By attempt, in their order; `null` where it was left alone. */
  readonly changes: readonly (FileChange | null)[];
  /** Whether every attempt left the same content, by hash; `null` when that cannot be told. */
  readonly same: boolean | null;
}

export interface TaskComparison {
  /** In the order in which they were given. */
  readonly attempts: readonly ComparedAttempt[];
  /** By path. */
  readonly files: readonly ComparedFile[];
  /**
   * The attempts that stand out among those that completed and were not refuted: ids, several where they are equal; empty when
   * there is nothing to compare.
   */
  readonly best: {
    readonly verified: readonly string[];
    readonly fastest: readonly string[];
    readonly cheapest: readonly string[];
  };
}

/** Sets attempts side by side: what came of each, what it took, and where their results differ. */
export function compareTasks(tasks: readonly AgentTask[]): TaskComparison {
  const attempts = tasks.map(attemptOf);
  const sound = attempts.filter(
    ({ status, verification }) => status === 'completed' && verification?.passed !== false,
  );
  return {
    attempts,
    files: filesOf(tasks),
    best: {
      verified: attempts.filter(({ verification }) => verification?.passed === true).map(idOf),
      fastest: lowest(sound, attempt => attempt.executionTime),
      cheapest: lowest(sound, attempt => attempt.cost ?? attempt.tokens),
    },
  };
}

/** The attempts of one task, in their order: the first, and all that tried it again. */
export function attemptsOf(tasks: readonly AgentTask[], task: AgentTask): readonly AgentTask[] {
  const first = task.retryOf ?? task.id;
  return tasks.filter(({ id, retryOf }) => id === first || retryOf === first);
}

function attemptOf(task: AgentTask): ComparedAttempt {
  const { usage, filesChanged } = task;
  const tokens = [usage?.inputTokens ?? null, usage?.outputTokens ?? null];
  return {
    taskId: task.id,
    sessionId: task.sessionId,
    description: task.description,
    attempt: task.attempt,
    agent: task.agent,
    model: task.model,
    status: task.status,
    reason: task.reason ?? null,
    error: task.error ?? null,
    verification: task.verification,
    startedAt: task.startedAt ?? null,
    executionTime: isFinished(task) ? task.executionTime : null,
    tokens: sumKnown(tokens),
    cost: usage?.cost ?? null,
    steps: task.plan?.steps.length ?? null,
    filesChanged: filesChanged.length,
    added: sumKnown(filesChanged.map(change => change.added ?? null)),
    removed: sumKnown(filesChanged.map(change => change.removed ?? null)),
    commits: task.commits.length,
  };
}

function filesOf(tasks: readonly AgentTask[]): ComparedFile[] {
  const byTask = tasks.map(task => new Map(task.filesChanged.map(change => [change.path, change])));
  const paths = [...new Set(byTask.flatMap(changes => [...changes.keys()]))].sort();
  return paths.map(path => {
    const changes = byTask.map(known => known.get(path) ?? null);
    return { path, changes, same: areSame(changes) };
  });
}

/** An attempt that left a file alone left what it found, which its record does not tell. */
function areSame(changes: readonly (FileChange | null)[]): boolean | null {
  const [first, ...others] = changes;
  if (first === null || first === undefined || others.includes(null)) return null;
  return others.every(change => change?.after === first.after);
}

/** The ids of those with the lowest figure, as long as two can be compared. */
function lowest(
  attempts: readonly ComparedAttempt[],
  figureOf: (attempt: ComparedAttempt) => number | null,
): string[] {
  const known = attempts.flatMap(attempt => {
    const figure = figureOf(attempt);
    return figure === null ? [] : [{ figure, taskId: attempt.taskId }];
  });
  if (known.length < 2) return [];
  const low = Math.min(...known.map(({ figure }) => figure));
  return known.filter(({ figure }) => figure === low).map(idOf);
}

function idOf({ taskId }: { readonly taskId: string }): string {
  return taskId;
}

function sumKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
