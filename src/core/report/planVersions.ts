import type { PlanRecord, SessionRecord } from '../events.ts';

/** A plan as it was made or changed, before any of its steps was worked on. */
export interface PlanVersion {
  readonly version: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly steps: PlanRecord['steps'];
}

/** Every version of a task's plan that these records tell of, in their order. */
export function planVersionsOf(records: readonly SessionRecord[], taskId: string): readonly PlanVersion[] {
  return records.flatMap(({ at, event }) => {
    if (event.type !== 'planCreated' && event.type !== 'planRevised') return [];
    const { plan } = event.data;
    return event.data.taskId === taskId ? [{ version: plan.version, at, steps: plan.steps }] : [];
  });
}
