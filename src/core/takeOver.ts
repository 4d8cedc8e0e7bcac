import type { SessionEvent } from './events.ts';
import { interruption } from './interruption.ts';
import type { ProcessTable, SessionStore } from './ports.ts';
import type { LiveTask, SessionState } from './state.ts';

/**
 * Closes the tasks of processes that cannot be judged from here, on a person's word, and raises the epoch, so that whatever
 * such a process still writes is known to come too late. Resolves with the ids of the tasks.
 */
export async function takeOver(
  store: Pick<SessionStore, 'open'>,
  sessionId: string,
  processes: ProcessTable,
): Promise<readonly string[]> {
  const ledger = await store.open(sessionId);
  try {
    const records = await ledger.commit(state => [
      { type: 'sessionTakenOver', data: { epoch: state.epoch + 1 } },
      ...ofUnknownOwners(state, processes).flatMap((live): readonly SessionEvent[] =>
        interruption(state, live),
      ),
    ]);
    return records.flatMap(({ event }) => (event.type === 'taskFailed' ? [event.data.taskId] : []));
  } finally {
    ledger.dispose();
  }
}

/** Unfinished tasks of processes on another host or in another pid namespace. */
export function ofUnknownOwners(state: SessionState, processes: ProcessTable): readonly LiveTask[] {
  return state.live.filter(live => processes.stateOf(live.owner) === 'unknown');
}
