import type { SessionEvent } from '../../../src/core/events.ts';
import type { SearchHit } from '../../../src/core/search/searchPage.ts';
import type { SessionLedger } from '../../../src/core/ports.ts';
import type { OutputSummary } from '../../../src/core/toolCall.ts';
import type { TaskStatus, TaskType } from '../../../src/core/task.ts';

/** What a task says, as a test knows it. */
export interface KnownTask {
  readonly id: string;
  readonly type: TaskType;
  readonly agent: string;
  readonly description: string;
  readonly command: string;
  /** As it is printed, piece by piece. */
  readonly output: readonly string[];
  readonly file: string;
  readonly status: Extract<TaskStatus, 'completed' | 'failed'>;
}

const owner = { host: 'here', boot: 'b', pidNamespace: 'n', pid: 1, start: '1', nonce: 'w' };

/** Records a task from its beginning to its end; every piece of its output is a record of its own. */
export async function recordTask(
  ledger: SessionLedger,
  task: KnownTask,
  output?: OutputSummary,
): Promise<void> {
  const { id: taskId } = task;
  await ledger.commit(() => [
    {
      type: 'taskCreated',
      data: {
        ...{ taskId, taskType: task.type, description: task.description, origin: 'person' },
        ...{ agent: 'auto', attempt: 1, owner },
      },
    },
  ]);
  const epoch = ledger.state.epoch + 1;
  await ledger.commit(() => [{ type: 'taskStarted', data: { taskId, epoch, owner } }], { epoch });
  await ledger.commit(() => [...eventsOf(task, output)], { epoch });
}

function* eventsOf(task: KnownTask, told?: OutputSummary): Generator<SessionEvent> {
  const { id: taskId, agent, command } = task;
  const callId = `call-${taskId}`;
  yield { type: 'agentSelected', data: { taskId, agent, model: null } };
  yield {
    type: 'toolCallRequested',
    data: { taskId, callId, stepId: null, tool: 'run_command', input: { command } },
  };
  for (const text of task.output) yield { type: 'outputAppended', data: { taskId, callId, text } };
  const text = task.output.join('');
  const output = told ?? { bytes: Buffer.byteLength(text), tail: text.slice(-8) };
  yield {
    type: 'toolCallEnded',
    data: { taskId, callId, status: 'completed', exitCode: 0, duration: 1, output },
  };
  const change = {
    path: task.file,
    kind: 'modified',
    before: 'a'.repeat(64),
    after: 'b'.repeat(64),
  } as const;
  yield { type: 'filesChanged', data: { taskId, changes: [change] } };
  if (task.status === 'completed')
    yield { type: 'taskCompleted', data: { taskId, executionTime: 1, result: null } };
  else
    yield {
      type: 'taskFailed',
      data: { taskId, executionTime: 1, reason: 'error', errorCode: 'x', error: '' },
    };
}

/** What was found, as `session/task`, or the session alone. */
export function foundIn(hits: readonly SearchHit[]): string[] {
  return hits.map(({ sessionId, task }) => (task === null ? sessionId : `${sessionId}/${task.id}`));
}
