import type { SessionEvent, SessionLifeEvent, SessionRecord, TaskEvent } from './events.ts';
import { adoptDocument } from './sessionDocument.ts';
import { RecordMap } from './recordMap.ts';
import type { SessionImport, SessionMetadata } from './session.ts';
import type { SessionState } from './state.ts';
import { asForeign } from './task.ts';
import { interruptedEvent } from './interruption.ts';
import { reduceTaskEvent } from './taskReducer.ts';

/**
 * The state after one more record. Pure and total: the same records give the same state, an event that does not fit (an
 * unknown task, a run right that was lost, an unknown type) changes nothing but the position and the time of the last event.
 * This is the only place where a status changes.
 */
export function reduce(state: SessionState, record: SessionRecord): SessionState {
  const at = new Date(record.at);
  const next = isUnknown(record.event) ? state : reduceEvent(state, record.event, record, at);
  // Being taken in elsewhere is nothing that was done in it.
  const updatedAt = record.event.type === 'sessionImported' ? state.metadata.updatedAt : at;
  return { ...next, metadata: { ...next.metadata, updatedAt, lastEventSeq: record.seq } };
}

function isUnknown(event: SessionRecord['event']): event is Exclude<SessionRecord['event'], SessionEvent> {
  return event.type.startsWith('?');
}

function reduceEvent(
  state: SessionState,
  event: SessionEvent,
  record: SessionRecord,
  at: Date,
): SessionState {
  return isTaskEvent(event)
    ? reduceTaskEvent(state, event, record, at)
    : reduceLifeEvent(state, event, record, at);
}

function isTaskEvent(event: SessionEvent): event is TaskEvent {
  return 'taskId' in event.data;
}

function reduceLifeEvent(
  state: SessionState,
  event: SessionLifeEvent,
  record: SessionRecord,
  at: Date,
): SessionState {
  switch (event.type) {
    case 'sessionCreated': {
      const { title, workingDirectory, projectPath, author, schemaVersion } = event.data;
      return patch(state, { startTime: at, title, workingDirectory, projectPath, author, schemaVersion });
    }
    case 'snapshotAdopted':
      return adoptDocument(state, event.data.document);
    case 'sessionRenamed':
      return patch(state, { title: event.data.title });
    case 'sessionTagged':
      return patch(state, { tags: event.data.tags });
    case 'sessionPinned':
      return patch(state, { pinned: event.data.pinned });
    case 'sessionArchived':
      return patch(state, { archived: event.data.archived });
    case 'sessionEnded':
      return patch(state, { status: event.data.status, endTime: at });
    case 'sessionReopened': {
      const { endTime: _endTime, ...metadata } = state.metadata;
      return { ...state, metadata: { ...metadata, status: 'active' } };
    }
    case 'sessionDeleted':
      return { ...state, deleted: true };
    case 'sessionRestored':
      return { ...state, deleted: false };
    case 'sessionTakenOver':
      return { ...state, epoch: Math.max(state.epoch, event.data.epoch) };
    case 'recordLost':
      return state;
    case 'sessionForked': {
      const { from, at: task } = event.data;
      return patch(state, { forked: { from, at: task } });
    }
    case 'sessionImported':
      return importSession(state, event.data, record);
  }
}

/** Whose words the tasks are cannot be proven here, and whoever ran the unfinished ones is not here to end them. */
function importSession(state: SessionState, imported: SessionImport, record: SessionRecord): SessionState {
  const closed = state.live.reduce(
    (before, live) =>
      reduceTaskEvent(before, interruptedEvent(before, live), record, state.metadata.updatedAt),
    state,
  );
  const { from, source, hash } = imported;
  // A restore that was not finished there is not finished here: it would write to files of this machine.
  const tasks = RecordMap.of(
    [...closed.tasks].map(task => {
      const { restoring: _restoring, ...rest } = asForeign(task);
      return rest;
    }),
  );
  return patch({ ...closed, tasks }, { imported: { from, source, hash } });
}

function patch(state: SessionState, fields: Partial<SessionMetadata>): SessionState {
  return { ...state, metadata: { ...state.metadata, ...fields } };
}
