import { join } from 'node:path';
import type { SessionMetadata } from '../src/core/session.ts';
import { nullLogger } from '../src/core/logger.ts';
import type { SessionStore } from '../src/core/ports.ts';
import { sessionStats } from '../src/core/state.ts';
import { createProcessTable } from '../src/host/processTable.ts';
import { systemClock, systemIds } from '../src/host/systemPorts.ts';
import { createSessionStore, type DiskStore, type SessionStoreOptions } from '../src/store/sessionStore.ts';

const PAGE = 1000;
const PAGE_OF_TASKS = 50;

/** The store as a host has it, on the sessions below `root`. */
export function openStore(root: string, options: Partial<SessionStoreOptions> = {}): DiskStore {
  return createSessionStore({
    root,
    cache: join(root, 'cache'),
    clock: systemClock,
    ids: systemIds,
    processes: createProcessTable(systemIds),
    logger: nullLogger,
    ...options,
  });
}

/** Every session, in pages of the largest size. */
export async function listAll(store: SessionStore): Promise<SessionMetadata[]> {
  const rows: SessionMetadata[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...page.sessions);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return rows;
}

/** What a person sees first of a session: its fields, its statistics and its newest 50 tasks with their plans. */
export async function firstPage(store: SessionStore, sessionId: string): Promise<number> {
  const ledger = await store.open(sessionId);
  try {
    const { metadata, tasks } = ledger.state;
    let seen = metadata.title.length + sessionStats(ledger.state).tasks;
    let count = 0;
    for (const { description, plan } of tasks.newestFirst()) {
      seen += description.length + (plan?.steps.length ?? 0);
      if (++count === PAGE_OF_TASKS) break;
    }
    return seen;
  } finally {
    ledger.dispose();
  }
}
