/** Runs a task and stands still for ever once a record of the wanted type is durable. */
import { hostOn } from '../support/hostOn.ts';
import { config, say } from './speak.ts';

export interface TaskConfig {
  readonly root: string;
  readonly task: string;
  /** The type of the record at which it stands still. */
  readonly barrier: string;
  /** Whether the text is somebody else's, so that a person is asked. */
  readonly isForeign: boolean;
  /** Whether to stand still only when the second task of the session waits for its turn. */
  readonly isSecond: boolean;
}

const { root, task, barrier, isForeign, isSecond } = config() as TaskConfig;

async function main(): Promise<void> {
  const { sessions } = await hostOn(root);
  const { sessionId } = await sessions.createSession();
  say(`session ${sessionId}`);
  let seen = 0;
  sessions.onDidChange(change => {
    if (change.kind !== 'records') return;
    for (const { event } of change.records) {
      if (event.type !== barrier || (isSecond && ++seen < 2)) continue;
      say(`barrier ${event.type}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    }
  });
  const request = { sessionId, task, origin: isForeign ? ('foreign' as const) : ('person' as const) };
  const first = await sessions.startTask(request);
  const answering = setInterval(() => {
    void answer(first.taskId);
  }, 20);
  async function answer(taskId: string): Promise<void> {
    const { toolCalls } = await sessions.getTask(taskId);
    const open = toolCalls.find(call => call.approvalId !== undefined && call.decision === undefined);
    if (open?.approvalId === undefined) return;
    await sessions.decideApproval(taskId, open.approvalId, { allowed: true, by: 'person', scope: 'once' });
  }
  if (isSecond) await sessions.startTask(request);
  await first.finished;
  clearInterval(answering);
  say('finished');
}

main().catch((error: unknown) => {
  say(`error ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
  process.exitCode = 1;
});
