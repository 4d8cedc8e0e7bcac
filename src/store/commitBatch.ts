import type { SessionEvent, SessionRecord } from '../core/events.ts';
import type { Decide } from '../core/ports.ts';
import type { SessionState } from '../core/state.ts';
import { recordableDocument } from './adoptedDocument.ts';
import { encodeAndDecode } from './journalLine.ts';
import type { JournalLine } from './recentLines.ts';
import type { LoadedSession } from './sessionLoad.ts';
import type { StoreFolder } from './storeFolder.ts';
import type { StorePorts } from './storePorts.ts';

/** What somebody wants recorded, and waits for. */
export interface Commit {
  readonly decide: Decide;
  readonly epoch: number | undefined;
  resolve(records: readonly SessionRecord[]): void;
  reject(error: unknown): void;
}

/** A commit with its records, numbered and written as lines, but not yet on disk. */
export interface Prepared {
  readonly commit: Commit;
  /** Whether the first record is an adopted document, put in front of what was asked for. */
  readonly opened: boolean;
  readonly records: readonly SessionRecord[];
  readonly lines: readonly JournalLine[];
  /** The state after it. */
  readonly state: SessionState;
}

type Numbered = Pick<Prepared, 'records' | 'lines' | 'state'>;

/** Asks every commit in turn what it records, each on the state that those before it leave behind. */
export async function prepareBatch(
  batch: readonly Commit[],
  loaded: LoadedSession,
  ports: StorePorts,
  folder: StoreFolder,
): Promise<readonly Prepared[]> {
  const prepared: Prepared[] = [];
  const { adoption } = loaded;
  let { state } = loaded;
  let seq = loaded.reader.nextSeq;
  let opening: SessionEvent | undefined = adoption && {
    type: 'snapshotAdopted',
    data: { document: adoption },
  };
  for (const commit of batch) {
    try {
      const decided = commit.decide(state);
      const opened = opening !== undefined && decided.length > 0;
      const events = opening === undefined || !opened ? decided : [opening, ...decided];
      const isLong = events.some(({ type }) => type === 'snapshotAdopted');
      const recordable = isLong
        ? await Promise.all(events.map(event => shortened(event, ports, folder)))
        : events;
      const entry = { commit, opened, ...number(recordable, commit.epoch, seq, state, loaded, ports) };
      if (opened) opening = undefined;
      prepared.push(entry);
      ({ state } = entry);
      seq += entry.lines.length;
    } catch (error) {
      commit.reject(error);
    }
  }
  return prepared;
}

function number(
  events: readonly SessionEvent[],
  epoch: number | undefined,
  firstSeq: number,
  before: SessionState,
  { builder }: LoadedSession,
  { clock, processes }: StorePorts,
): Numbered {
  const at = clock.now().toISOString();
  const writer = processes.self.nonce;
  const run = epoch === undefined ? {} : { epoch };
  const lines: JournalLine[] = [];
  let state = before;
  const records = events.map((event, index) => {
    const seq = firstSeq + index;
    // What is taken in is what a reader will see, not what was handed over.
    const { bytes, sum, record } = encodeAndDecode({ seq, at, writer, ...run, event });
    state = builder.add(state, record);
    lines.push({ seq, sum, bytes });
    return record;
  });
  return { records, lines, state };
}

/** Where the tasks begin of what was just written: it ends where the reader stands now. */
export function notePlaces(
  prepared: readonly Prepared[],
  stored: number,
  { places, reader }: LoadedSession,
): void {
  const last = prepared.at(-1);
  if (last === undefined || places.cover(last.state)) return;
  const all = prepared.flatMap(({ lines, state }) => lines.map(line => ({ line, state }))).slice(0, stored);
  let { offset } = reader;
  offset -= all.reduce((sum, { line }) => sum + line.bytes.length, 0);
  for (const { line, state } of all) {
    places.note(state, [reader.segment, offset, line.seq]);
    offset += line.bytes.length;
  }
}

/** A document that is too large for a record goes to where large things are. */
async function shortened(event: SessionEvent, ports: StorePorts, folder: StoreFolder): Promise<SessionEvent> {
  if (event.type !== 'snapshotAdopted') return event;
  return { ...event, data: { document: await recordableDocument(event.data.document, ports, folder) } };
}
