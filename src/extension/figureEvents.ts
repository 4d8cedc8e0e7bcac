import type { SessionChange } from '../core/sessionChange.ts';

const EVENTS: ReadonlySet<string> = new Set([
  'taskCreated',
  'taskCompleted',
  'taskFailed',
  'verificationRecorded',
  'verificationEnded',
]);

/** Whether statistics are other ones after this. */
export function changesFigures(change: SessionChange): boolean {
  return change.kind === 'records' && change.records.some(({ event }) => EVENTS.has(event.type));
}
