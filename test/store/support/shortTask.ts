import type { SessionEvent } from '../../../src/core/events.ts';
import { ScriptedProcesses } from './diskFixture.ts';

const { self: owner } = new ScriptedProcesses('w');

/** A task with a plan of one step, from its beginning to its end. */
export function shortTask(taskId: string, epoch: number): SessionEvent[] {
  const step = { id: 's', title: 'Step', status: 'pending' as const };
  const request = { taskType: 'code' as const, origin: 'person' as const, agent: 'auto', attempt: 1 };
  return [
    { type: 'taskCreated', data: { taskId, description: `Task ${taskId}`, ...request, owner } },
    { type: 'taskStarted', data: { taskId, owner, epoch } },
    { type: 'planCreated', data: { taskId, plan: { id: `plan ${taskId}`, version: 1, steps: [step] } } },
    { type: 'taskCompleted', data: { taskId, executionTime: 5, result: null } },
  ];
}
