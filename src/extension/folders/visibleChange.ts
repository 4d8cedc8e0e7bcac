import type { SessionChange } from '../../core/sessionChange.ts';

/** Events that change nothing that a row or the status bar shows: they come in great number while a command prints. */
const SILENT_EVENTS = new Set<string>([
  ...['outputAppended', 'toolCallRequested', 'toolCallEnded', 'processStarted'],
]);

export function isSilentEvent(type: string): boolean {
  return SILENT_EVENTS.has(type);
}

/** Whether rows and the status bar may look different after a change. */
export function isVisible(change: SessionChange): boolean {
  if (change.kind === 'records') return change.records.some(({ event }) => !isSilentEvent(event.type));
  return change.kind !== 'output';
}
