import type { SessionEvent } from '../../../src/core/events.ts';
import type { SessionStore } from '../../../src/core/ports.ts';
import type { InMemoryFileSystem } from '../../support/inMemoryFileSystem.ts';
import { created, marked } from './events.ts';
import { ROOT } from './inMemory.ts';

export const SAMPLE = 'dddddddd-4444-4444-8444-444444444444';

/** A session with everything in it: tasks of all kinds, calls, outputs, a plan, a blob. */
export async function makeSample(store: SessionStore): Promise<void> {
  const ledger = await store.create(SAMPLE, [created(SAMPLE, ROOT, 'a sample')]);
  for (const event of sampleEvents()) await ledger.commit(() => [event]);
  ledger.dispose();
}

function sampleEvents(): SessionEvent[] {
  const owner = { host: 'h', boot: null, pidNamespace: null, pid: 7, start: null, nonce: 'n' };
  const events: SessionEvent[] = [];
  for (let number = 1; number <= 3; number++) {
    const taskId = `task-dddddddd-${number}`;
    const callId = `call-${number}`;
    const data = {
      taskId,
      taskType: 'code',
      description: `do "it" ${number}\n{}`,
      origin: 'person',
    } as const;
    events.push(
      { type: 'taskCreated', data: { ...data, agent: 'auto', attempt: 1, owner } },
      { type: 'taskStarted', data: { taskId, epoch: number, owner } },
      marked(`token ${number} ,"sum":"0123456789abcdef"} \u{1f600}`),
      {
        type: 'planCreated',
        data: {
          taskId,
          plan: { id: `p${number}`, version: 1, steps: [{ id: 's', title: 'one', status: 'pending' }] },
        },
      },
      {
        type: 'toolCallRequested',
        data: { taskId, callId, stepId: 's', tool: 'run_command', input: { command: 'true {"v":1,"seq":1' } },
      },
      { type: 'outputAppended', data: { taskId, callId, text: `${'output '.repeat(40 * number)}\n` } },
      { type: 'toolCallEnded', data: { taskId, callId, status: 'completed', exitCode: 0, duration: 5 } },
      { type: 'taskCompleted', data: { taskId, executionTime: 10, result: { summary: 'done' } } },
    );
  }
  return events;
}

/** Every file below a folder of a disk in memory, by its path. */
export function filesBelow(disk: InMemoryFileSystem, folder: string): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  const look = (path: string): void => {
    const kind = disk.lstat(path)?.kind;
    if (kind === 'file') found.set(path, disk.content(path));
    if (kind === 'directory') for (const name of disk.list(path)) look(`${path}/${name}`);
  };
  look(folder);
  return found;
}
