import type { TaskTally } from './tally.ts';
import type { FailureReason } from './task.ts';

/**
 * What came of a task, as far as a person tells it apart at a glance. `completed`: reported, not verified; `refuted`: reported,
 * but the verification failed; `stopped`: cancelled or interrupted; `open`: not ended.
 */
export type Outcome = 'verified' | 'completed' | 'refuted' | 'failed' | 'stopped' | 'open';

export type EndedOutcome = Exclude<Outcome, 'open'>;
export const ENDED_OUTCOMES: readonly EndedOutcome[] = [
  ...(['verified', 'completed', 'refuted', 'failed', 'stopped'] as const),
];

const STOPPED: readonly (FailureReason | null)[] = ['cancelled', 'interrupted'];

export function outcomeOf({
  status,
  reason,
  verified,
}: Pick<TaskTally, 'status' | 'reason' | 'verified'>): Outcome {
  if (status === 'completed') return verified === null ? 'completed' : verified ? 'verified' : 'refuted';
  if (status !== 'failed') return 'open';
  if (reason === 'verification') return 'refuted';
  return STOPPED.includes(reason) ? 'stopped' : 'failed';
}
