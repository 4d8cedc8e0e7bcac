import type { SessionRecord } from '../../core/events.ts';
import type { SessionImport } from '../../core/session.ts';
import type { SessionState } from '../../core/state.ts';
import { decodeLine, encodeRecord } from '../journalLine.ts';
import { JournalWriter } from '../journalWriter.ts';
import type { JournalLine } from '../recentLines.ts';
import { type LoadedSession, loadSession } from '../sessionLoad.ts';
import type { StorePorts } from '../storePorts.ts';

/** A record that gets its number when it is written. */
export type NewRecord = Omit<SessionRecord, 'seq'>;

/** What a session lacks of a history that went on, by the records that are here; `undefined` when these contradict it. */
export type Extend = (known: readonly SessionRecord[]) => readonly NewRecord[] | undefined;

/** A session that is here, with all of its records. The owner calls `close`. */
export interface KnownSession {
  readonly loaded: LoadedSession;
  readonly records: readonly SessionRecord[];
}

/** Reads all of it. Only ever called under its append lock. Rejects as opening does. */
export async function readKnown(sessionId: string, ports: StorePorts): Promise<KnownSession> {
  const records: SessionRecord[] = [];
  const loaded = await loadSession(sessionId, ports, {
    thorough: true,
    onRecord: record => records.push(record),
  });
  for (const item of loaded.reader.read(true)) {
    if (loaded.take(item) && item.kind === 'record') records.push(item.record);
  }
  return { loaded, records };
}

/**
 * Appends what is new, and the mark that takes every grant away, in one write: when that is cut off, what is there are whole
 * records in their order, and the next import adds the others. Only ever called under the append lock.
 */
export async function appendRecords(
  { loaded }: KnownSession,
  records: readonly NewRecord[],
  imported: SessionImport,
  ports: StorePorts,
): Promise<SessionState> {
  const { sessionId } = loaded.state.metadata;
  const mark: NewRecord = {
    at: ports.clock.now().toISOString(),
    writer: ports.processes.self.nonce,
    event: { type: 'sessionImported', data: imported },
  };
  let { state } = loaded;
  let seq = loaded.reader.nextSeq;
  const lines = [...records, mark].map((record): JournalLine => {
    const bytes = encodeRecord({ seq, ...record });
    // What is taken in is what a reader will see, not what was handed over.
    const decoded = decodeLine(bytes.subarray(0, -1));
    if (decoded.kind !== 'record') throw new RangeError(`${record.event.type} cannot be recorded as it is.`);
    state = loaded.builder.add(state, decoded.record);
    return { seq: seq++, sum: decoded.sum, bytes };
  });
  const writer = new JournalWriter(ports, segment => ports.paths.journal(sessionId, segment));
  try {
    const written = await writer.append(loaded.reader.segment, lines);
    if (written.stored < lines.length) throw written.failure;
    return state;
  } finally {
    writer.close();
  }
}
