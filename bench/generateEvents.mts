import type { SessionEvent } from '../src/core/events.ts';
import type { ProcessOwner } from '../src/core/processOwner.ts';
import { SCHEMA_VERSION } from '../src/core/session.ts';
import type { Random } from './random.mts';

/** A process of another boot: whatever it left open is nobody's. */
export const owner: ProcessOwner = {
  host: 'bench',
  boot: 'b0000000-0000-4000-8000-000000000000',
  pidNamespace: 'pid:[1]',
  pid: 4711,
  start: '1',
  nonce: '00000000000bench',
};

const titles = [
  'Profile page',
  'Fix the flaky login test',
  'Move the store to segments',
  'Add pagination',
  'Release 2.4',
] as const;
const tasks = [
  'Create a new React component called UserProfile',
  '$ npm test',
  'commit all changes with message "Add profile"',
  'replace "colour" with "color" in src/theme.ts',
] as const;

export function sessionCreated(sessionId: string, root: string, random: Random): SessionEvent {
  return {
    type: 'sessionCreated',
    data: {
      sessionId,
      title: `${random.pick(titles)} ${random.below(1000)}`,
      workingDirectory: root,
      projectPath: root,
      author: 'ada',
      schemaVersion: SCHEMA_VERSION,
    },
  };
}

export interface TaskShape {
  readonly calls: number;
  /** Characters that each call prints. More than 16 KiB a call would go to a blob. */
  readonly output: number;
  /** Characters of each `outputAppended`. */
  readonly chunk: number;
  /** What they print; a few words in any order when not given. */
  readonly text?: (random: Random, length: number) => string;
  /** What was asked for; one of a few when not given. */
  readonly description?: string;
  /** What the task said in the end; how many commands ran when not given. */
  readonly summary?: string;
}

/** All that is recorded of one task that ran commands, in order. `number` counts the tasks of the session from 1. */
export function* taskEvents(
  number: number,
  shape: TaskShape,
  random: Random,
): Generator<{ readonly event: SessionEvent; readonly epoch?: number }> {
  const taskId = `task-${random.hex(12)}`;
  const epoch = number;
  const steps = Array.from({ length: shape.calls }, (_, index) => ({
    id: `step-${index + 1}`,
    title: `Run the tests, part ${index + 1}`,
    status: 'pending' as const,
  }));
  const description = shape.description ?? random.pick(tasks);
  yield {
    event: {
      type: 'taskCreated',
      data: {
        ...{ taskId, taskType: 'command', description, origin: 'person', agent: 'auto', attempt: 1 },
        owner,
      },
    },
  };
  yield { epoch, event: { type: 'taskStarted', data: { taskId, epoch, owner } } };
  yield { epoch, event: { type: 'agentSelected', data: { taskId, agent: 'direct', model: null } } };
  const plan = { id: `plan-${random.hex(12)}`, version: 1, steps };
  yield { epoch, event: { type: 'planCreated', data: { taskId, plan } } };
  for (const { id: stepId } of steps) {
    for (const event of callEvents(taskId, stepId, shape, random)) yield { epoch, event };
  }
  const result = { summary: shape.summary ?? `Ran ${shape.calls} commands` };
  yield {
    epoch,
    event: { type: 'taskCompleted', data: { taskId, executionTime: random.below(9000), result } },
  };
}

function* callEvents(
  taskId: string,
  stepId: string,
  { output, chunk, text: print }: TaskShape,
  random: Random,
): Generator<SessionEvent> {
  const callId = `call-${random.hex(12)}`;
  yield { type: 'stepChanged', data: { taskId, stepId, status: 'in_progress' } };
  const input = { command: 'npm test' };
  yield { type: 'toolCallRequested', data: { taskId, callId, stepId, tool: 'run_command', input } };
  const decision = { allowed: true, by: 'instruction', scope: 'once' } as const;
  yield { type: 'approvalDecided', data: { taskId, callId, decision } };
  yield { type: 'processStarted', data: { taskId, callId, process: { pid: 4712, start: '2' } } };
  let tail = '';
  for (let size = 0; size < output; size += chunk) {
    const length = Math.min(chunk, output - size);
    const text = print?.(random, length) ?? random.text(length);
    tail = (tail + text).slice(-2048);
    yield { type: 'outputAppended', data: { taskId, callId, text } };
  }
  const summary = { bytes: output, tail };
  const duration = random.below(5000);
  yield {
    type: 'toolCallEnded',
    data: { taskId, callId, status: 'completed', exitCode: 0, duration, output: summary },
  };
  yield { type: 'stepChanged', data: { taskId, stepId, status: 'completed' } };
}

export const sessionEnded: SessionEvent = { type: 'sessionEnded', data: { status: 'completed' } };
