import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordMap } from '../../../src/core/recordMap.ts';
import { toDocument } from '../../../src/core/sessionDocument.ts';
import { emptyState } from '../../../src/core/state.ts';
import type { AgentTask, FailureReason, TaskType } from '../../../src/core/task.ts';

const DAY_MS = 86_400_000;
const TITLES = [
  ...[
    'Add tests',
    'Fix the flaky upload test',
    '$ npm run lint',
    'commit all changes with message "Tidy up"',
  ],
  ...['Build a todo app', 'Update documentation', 'Create a new React component called UserProfile'],
  ...[
    'Rename the option `retries` to `attempts` everywhere, in the code, its tests, its documentation and its examples',
  ],
];
const REASONS: readonly FailureReason[] = [
  'error',
  'verification',
  'cancelled',
  'timeout',
  'denied',
  'interrupted',
];
const MODELS = ['claude-sonnet-4-5', 'gpt-5.2-codex', 'qwen3-coder:30b', null] as const;
const AGENTS = ['model', 'acp:claude', 'direct'] as const;
const TYPES: readonly TaskType[] = ['code', 'code', 'command', 'git', 'file'];

/** What a session file of a test says beyond the ordinary. */
export interface SampleTask extends Partial<AgentTask> {
  /** Days before now. */
  readonly daysAgo: number;
}

/** Three weeks of work of every kind, the same on every run but for the days. */
export function sampleTasks(count = 160): SampleTask[] {
  return Array.from({ length: count }, (_, index): SampleTask => {
    const dice = noise(index);
    const failed = dice(1) < 0.22;
    const reason = REASONS[Math.floor(dice(2) * REASONS.length)] ?? 'error';
    const model = MODELS[Math.floor(dice(3) * MODELS.length)] ?? null;
    const isVerified = failed ? reason === 'verification' : dice(4) < 0.55;
    const verification = { command: 'npm test', exitCode: failed ? 1 : 0, outputHash: '', tree: null };
    return {
      daysAgo: Math.floor(dice(5) ** 1.3 * 28) + dice(6) * 0.4,
      description: TITLES[Math.floor(dice(7) * TITLES.length)] ?? '',
      type: TYPES[Math.floor(dice(8) * TYPES.length)] ?? 'code',
      agent: AGENTS[model === null ? 2 : Math.floor(dice(9) * 2)] ?? 'direct',
      model,
      ...(failed ? { status: 'failed', reason, error: 'It failed.', errorCode: 'error' } : {}),
      executionTime: Math.round(Math.exp(dice(10) * 8 + 5)),
      usage: model === null ? null : { inputTokens: 9_000, outputTokens: 700, cost: dice(11) / 10 },
      verification: isVerified ? { ...verification, at: new Date(), passed: !failed } : null,
    };
  });
}

/** Writes session files as an older program left them: without a journal, several tasks each. */
export async function writeHistory(root: string, tasks: readonly SampleTask[], name = 0): Promise<void> {
  const folder = join(root, '.coding-agent', 'sessions');
  await mkdir(folder, { recursive: true });
  const perSession = 8;
  for (let at = 0; at < tasks.length; at += perSession) {
    const number = name * 1_000 + at / perSession;
    const sessionId = `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
    const records = tasks.slice(at, at + perSession).map((task, index) => taskRecord(sessionId, index, task));
    const start = new Date(Math.min(...records.map(task => task.createdAt.getTime())));
    const state = emptyState(sessionId, root, start);
    const done = records.filter(({ status }) => status === 'completed').length;
    const document = toDocument({
      ...state,
      metadata: {
        ...state.metadata,
        ...{ title: `Work of week ${number + 1}`, tasks: records.map(({ id }) => id), completedTasks: done },
        ...{ totalTasks: records.length, failedTasks: records.length - done, updatedAt: new Date() },
      },
      tasks: RecordMap.of(records),
    });
    await writeFile(join(folder, `${sessionId}.session.json`), JSON.stringify(document));
  }
}

function taskRecord(sessionId: string, index: number, { daysAgo, ...given }: SampleTask): AgentTask {
  const ended = new Date(Date.now() - daysAgo * DAY_MS);
  const isRetry = index % 4 > 1;
  return {
    ...{ id: `task-${sessionId.slice(0, 8)}-${index}`, sessionId, type: 'code', description: 'A task' },
    ...{ status: 'completed', createdAt: ended, updatedAt: ended, startedAt: ended, endedAt: ended },
    ...{ origin: 'person', agent: 'direct', model: null, attempt: isRetry ? index % 4 : 1, usage: null },
    ...(isRetry ? { retryOf: `task-${sessionId.slice(0, 8)}-${index - (index % 4) + 1}` } : {}),
    ...{ executionTime: 1_000, filesChanged: [], commits: [], checkpoint: null, unsupervised: false },
    verification: null,
    ...given,
  };
}

/** Numbers from 0 to 1 that look like chance and are not. */
function noise(index: number): (salt: number) => number {
  return salt => {
    let hash = (index + 1) * 0x9e3779b1 + salt * 0x85ebca6b;
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
    return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
  };
}
