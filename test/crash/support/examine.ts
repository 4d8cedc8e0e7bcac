import { isDeepStrictEqual } from 'node:util';
import { nullLogger } from '../../../src/core/logger.ts';
import type { SessionStore } from '../../../src/core/ports.ts';
import { toDocument } from '../../../src/core/sessionDocument.ts';
import type { SessionState } from '../../../src/core/state.ts';
import { systemClock, systemIds } from '../../../src/host/systemPorts.ts';
import type { FileSystem } from '../../../src/store/fileSystem.ts';
import type { JournalDamage } from '../../../src/store/journalReader.ts';
import { nodeFileSystem } from '../../../src/store/nodeFileSystem.ts';
import { SystemProcessTable } from '../../../src/store/processTable.ts';
import { loadSession } from '../../../src/store/sessionLoad.ts';
import { StorePaths } from '../../../src/store/storePaths.ts';
import { systemPause } from '../../../src/store/storePorts.ts';
import { tokenOf } from './events.ts';
import type { Tally } from './tally.ts';

export interface Examined {
  /** How often each token is there. */
  readonly tokens: ReadonlyMap<string, number>;
  readonly records: number;
}

export interface ExamineOptions {
  readonly files?: FileSystem;
  /** The disk may have torn what was never acknowledged: then damage is reported there, and its number is not used again. */
  readonly torn?: boolean;
}

/**
 * Opens a session as a new process does and checks what must hold whatever happened: numbers without gaps, no record
 * twice, nothing damaged but what was torn, the snapshot's state that of the whole journal. Tells `tally` what does not.
 */
export async function examine(
  store: SessionStore,
  root: string,
  sessionId: string,
  tally: Tally,
  what: string,
  { files = nodeFileSystem, torn = false }: ExamineOptions = {},
): Promise<Examined> {
  const ledger = await store.open(sessionId);
  const tokens = new Map<string, number>();
  let records = 0;
  let last = 0;
  for await (const batch of store.readRecords(sessionId, 0)) {
    for (const record of batch) {
      records++;
      const isNext = record.seq === last + 1;
      if (torn && record.seq < last) tally.count('records that turned up late');
      else tally.expect(torn || isNext, `${what}: record ${record.seq} comes after record ${last}`);
      last = Math.max(last, record.seq);
      const token = tokenOf(record);
      if (token !== undefined) tokens.set(token, (tokens.get(token) ?? 0) + 1);
    }
  }
  for (const [token, count] of tokens) tally.expect(count === 1, `${what}: ${token} is there ${count} times`);
  for (const damage of ledger.damage) {
    const { kind } = damage as JournalDamage;
    if (kind === 'torn' || (torn && kind === 'damaged')) tally.count('torn records told of');
    else tally.fail(`${what}: ${kind} at ${damage.file}:${damage.offset}: ${damage.problem}`);
  }
  const replayed = await replay(root, sessionId, files);
  tally.expect(
    isDeepStrictEqual(comparable(ledger.state), comparable(replayed)),
    `${what}: opening gives another state than the whole journal`,
  );
  tally.expect(
    last - records === 0 || ledger.damage.length > 0,
    `${what}: ${last - records} records are missing and nobody is told`,
  );
  ledger.dispose();
  return { tokens, records };
}

/** Checks that everything acknowledged is there. */
export function requireAll(
  acknowledged: Iterable<string>,
  { tokens }: Examined,
  tally: Tally,
  what: string,
): void {
  for (const token of acknowledged) tally.expect(tokens.has(token), `${what}: ${token} was lost`);
}

async function replay(root: string, sessionId: string, files: FileSystem): Promise<SessionState> {
  const processes = new SystemProcessTable(systemIds, () => Promise.resolve(false));
  const ports = { files, paths: new StorePaths(root), clock: systemClock, ids: systemIds, processes };
  const loaded = await loadSession(
    sessionId,
    { ...ports, logger: nullLogger, pause: systemPause },
    { thorough: true },
  );
  loaded.close();
  return loaded.state;
}

function comparable(state: SessionState): unknown {
  return JSON.parse(JSON.stringify(toDocument(state)));
}
