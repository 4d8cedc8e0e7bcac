import type { SessionTally, TaskBalance, TaskTally } from '../core/tally.ts';

/** The values of a `TaskTally` in a fixed order; times in milliseconds since 1970. */
type PackedTask = readonly [
  taskId: string,
  title: string,
  type: TaskTally['type'],
  agent: string,
  model: string | null,
  status: TaskTally['status'],
  reason: TaskTally['reason'],
  executionTime: number | null,
  endedAt: number | null,
  verified: boolean | null,
  tokens: number | null,
  cost: number | null,
  attempt: number,
  retryOf: string | null,
];

export interface PackedTally {
  readonly updatedAt: number;
  readonly balance: TaskBalance;
  readonly tasks: readonly PackedTask[];
}

export function packTally({ updatedAt, balance, tasks }: SessionTally): PackedTally {
  return { updatedAt: updatedAt.getTime(), balance, tasks: tasks.map(packTask) };
}

export function unpackTally(sessionId: string, { updatedAt, balance, tasks }: PackedTally): SessionTally {
  return { sessionId, updatedAt: new Date(updatedAt), balance, tasks: tasks.map(unpackTask) };
}

function packTask(task: TaskTally): PackedTask {
  return [
    ...([task.taskId, task.title, task.type, task.agent, task.model, task.status, task.reason] as const),
    ...([task.executionTime, task.endedAt?.getTime() ?? null, task.verified] as const),
    ...([task.tokens, task.cost, task.attempt, task.retryOf] as const),
  ];
}

function unpackTask(packed: PackedTask): TaskTally {
  const [taskId, title, type, agent, model, status, reason] = packed;
  const [, , , , , , , executionTime, endedAt, verified, tokens, cost, attempt, retryOf] = packed;
  return {
    ...{ taskId, title, type, agent, model, status, reason, executionTime },
    endedAt: endedAt === null ? null : new Date(endedAt),
    ...{ verified, tokens, cost, attempt, retryOf },
  };
}
