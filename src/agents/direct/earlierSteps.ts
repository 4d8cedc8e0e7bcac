import type { PlanStep } from '../../core/plan.ts';
import type { Continuation } from '../../core/ports.ts';

/** The steps of the attempt that this one goes on from, in their order: those that were done come first. */
export class EarlierSteps {
  #rest: readonly PlanStep[];

  constructor(continues: Continuation | undefined) {
    this.#rest = continues?.task.plan?.steps ?? [];
  }

  /** What became of this step; `undefined` when it was not begun, `another` when something else was done in its place. */
  take(title: string): PlanStep | 'another' | undefined {
    const [next, ...rest] = this.#rest;
    if (next?.title === title) {
      this.#rest = rest;
      return next;
    }
    return next?.status === 'completed' ? 'another' : undefined;
  }
}
