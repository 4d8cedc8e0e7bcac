import type { PlanRecord } from '../core/events.ts';
import type { AgentTask } from '../core/task.ts';

type Step = PlanRecord['steps'][number];

/** The steps of an interrupted task: what it had done is done, and what its end closed is open again. */
export function reopenedSteps({ plan, endedAt }: Pick<AgentTask, 'plan' | 'endedAt'>): readonly Step[] {
  return (plan?.steps ?? []).map(({ id, title, status, detail, endedAt: closedAt }) => {
    const isClosedByEnd = status === 'failed' && closedAt?.getTime() === endedAt?.getTime();
    if (status === 'skipped' || isClosedByEnd) return { id, title, status: 'pending' };
    return { id, title, status, ...(detail === undefined ? {} : { detail }) };
  });
}
