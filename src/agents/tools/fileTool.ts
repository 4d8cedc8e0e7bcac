import type { AppliedChange, PlannedChange } from '../../workspace/plannedChange.ts';
import { shown } from '../../workspace/relativePath.ts';
import type { PreparedCall } from './tool.ts';

/** A planned change of files as a call. */
export function fileCall(plan: PlannedChange): PreparedCall {
  return {
    class: plan.isProtected ? 'protected' : 'write',
    title: `Changing ${plan.paths.map(shown).join(' and ')}`,
    subject: () => plan.show(),
    act: async () => {
      const { changes, detail }: AppliedChange = await plan.apply();
      return { value: undefined, text: `Done: ${plan.paths.join(' -> ')} (${detail})`, detail, changes };
    },
  };
}
