import type { SessionRecord } from './events.ts';
import type { AgentTask } from './task.ts';

/** A task as programs are shown it: without the proofs of authorship, which are of use to nobody but this user's own programs. */
export type PublicTask = Omit<AgentTask, 'seal' | 'verifySeal'>;

export function publicTask({ seal: _seal, verifySeal: _verifySeal, ...task }: AgentTask): PublicTask {
  return task;
}

/** What an event says, without such proofs. */
export function publicData({ type, data }: SessionRecord['event']): unknown {
  if (type !== 'taskCreated' && type !== 'verificationRequested') return data;
  const { seal: _seal, verifySeal: _verifySeal, ...shown } = { verifySeal: undefined, ...data };
  return shown;
}
