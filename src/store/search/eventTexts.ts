import type { SessionRecord } from '../../core/events.ts';
import { foldText } from '../../core/search/foldText.ts';
import { pathsOf, summaryOf, textsOfInput } from '../../core/search/sessionText.ts';
import { factOf } from './searchNeeds.ts';

/**
 * What an event adds to the texts of its session; `undefined` when only the whole session tells. What a call prints is
 * collected in `printed` until the call or its task ends.
 */
export function textsOfEvent(
  event: SessionRecord['event'],
  printed: Map<string, string>,
): string[] | undefined {
  switch (event.type) {
    case 'sessionRenamed':
      return [event.data.title];
    case 'sessionEnded':
      return [factOf('status', event.data.status)];
    case 'sessionReopened':
      return [factOf('status', 'active')];
    case 'taskCreated': {
      const { description, taskType, agent } = event.data;
      const facts = [factOf('type', taskType), factOf('agent', foldText(agent)), factOf('status', 'pending')];
      return [description, ...facts];
    }
    case 'agentSelected':
      return [factOf('agent', foldText(event.data.agent))];
    case 'taskStarted':
      return [factOf('status', 'running')];
    case 'toolCallRequested':
      return textsOfInput(event.data.input);
    case 'outputAppended': {
      const { callId, text } = event.data;
      printed.set(callId, (printed.get(callId) ?? '') + text);
      return [];
    }
    case 'toolCallEnded': {
      const { callId, error, output } = event.data;
      const texts = [printed.get(callId), output?.tail, error].filter(text => text !== undefined);
      printed.delete(callId);
      return texts;
    }
    case 'commitMade':
      return [factOf('commit', event.data.commit)];
    case 'filesChanged':
      return event.data.changes.flatMap(pathsOf);
    case 'taskCompleted':
    case 'taskFailed': {
      const said = [summaryOf(event.data.result), event.type === 'taskFailed' ? event.data.error : undefined];
      const texts = [...printed.values(), ...said.filter(text => text !== undefined)];
      printed.clear();
      return [...texts, factOf('status', event.type === 'taskFailed' ? 'failed' : 'completed')];
    }
    default:
      return TELLING_NOTHING.has(event.type) ? [] : undefined;
  }
}

/** Anything that is not known to add no text may. */
const TELLING_NOTHING: ReadonlySet<string> = new Set<SessionRecord['event']['type']>([
  ...(['sessionTagged', 'sessionPinned', 'sessionArchived', 'sessionDeleted', 'sessionRestored'] as const),
  ...(['sessionTakenOver', 'cancelRequested', 'planCreated', 'planRevised', 'stepChanged'] as const),
  ...(['approvalRequested', 'approvalDecided', 'processStarted'] as const),
  ...(['usageReported', 'taskAwaited'] as const),
]);
