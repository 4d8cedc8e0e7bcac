import type { SessionRecord } from '../core/events.ts';
import { reduce } from '../core/reducer.ts';
import { isSessionId, SCHEMA_VERSION } from '../core/session.ts';
import { adoptDocument, type DocumentRecords, reopenDocument } from '../core/sessionDocument.ts';
import { emptyState, type SessionState } from '../core/state.ts';
import { rebase } from './folderMove.ts';
import { integer } from './shape.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Finds the whole document of a `snapshotAdopted` record; `undefined` when it is kept in a blob that is not there. */
export type FindDocument = (document: JsonObject) => JsonObject | undefined;

/** Why a record that is unharmed as such does not count here. */
export class MisplacedRecord extends Error {}

/** Adds records to a state, as the reducer says, for one session at one place. */
export class SessionBuilder {
  readonly #sessionId: string;
  readonly #root: string;
  readonly #findDocument: FindDocument;

  constructor(sessionId: string, root: string, findDocument: FindDocument) {
    this.#sessionId = sessionId;
    this.#root = root;
    this.#findDocument = findDocument;
  }

  /** The state after one more record. Throws a `MisplacedRecord`. */
  add(before: SessionState | undefined, record: SessionRecord): SessionState {
    const state = before ?? emptyState(this.#sessionId, this.#root, new Date(record.at));
    const next = rebase(reduce(state, this.#settled(record)), this.#root);
    // A record whose number had been missing may turn up late; the position never goes back.
    return next.metadata.lastEventSeq >= state.metadata.lastEventSeq
      ? next
      : withSeq(next, state.metadata.lastEventSeq);
  }

  /** The same, or `before` where the record does not count here. */
  addIfPlaced(before: SessionState | undefined, record: SessionRecord): SessionState | undefined {
    try {
      return this.add(before, record);
    } catch (error) {
      if (error instanceof MisplacedRecord) return before;
      throw error;
    }
  }

  /** The state that a document describes. */
  adopt(document: JsonObject, at: Date): SessionState {
    return rebase(adoptDocument(emptyState(this.#sessionId, this.#root, at), document), this.#root);
  }

  /** The state that a document describes which nobody touched; its records stay where they are. */
  reopen(head: JsonObject, records: DocumentRecords): SessionState {
    return rebase(
      reopenDocument(emptyState(this.#sessionId, this.#root, new Date(0)), head, records),
      this.#root,
    );
  }

  /** Whether a document is one of this session. */
  owns(document: JsonObject): boolean {
    return document['sessionId'] === this.#sessionId && isSessionId(this.#sessionId);
  }

  #settled(record: SessionRecord): SessionRecord {
    const { event } = record;
    if (event.type === 'sessionCreated' && event.data.sessionId !== this.#sessionId) {
      throw new MisplacedRecord(`It holds the records of another session, ${event.data.sessionId}.`);
    }
    if (event.type !== 'snapshotAdopted') return record;
    const document = this.#findDocument(event.data.document);
    if (document === undefined)
      throw new MisplacedRecord(`The document of record ${record.seq} is not in blobs/.`);
    if (!this.owns(document))
      throw new MisplacedRecord(`Record ${record.seq} adopts the document of another session.`);
    return { ...record, event: { type: 'snapshotAdopted', data: { document } } };
  }
}

/** The version that a record names for the whole session, where it is newer than ours. */
export function newerVersionOf({ event }: SessionRecord): number | undefined {
  const version =
    event.type === 'sessionCreated' ? event.data.schemaVersion : adoptedField(event, 'schemaVersion');
  return integer.accepts(version) && version > SCHEMA_VERSION ? version : undefined;
}

/** The highest record number that the document of a `snapshotAdopted` record covers; 0 for any other record. */
export function coveredBy({ event }: SessionRecord): number {
  const seq = adoptedField(event, 'lastEventSeq');
  return integer.accepts(seq) ? seq : 0;
}

function adoptedField(event: SessionRecord['event'], key: string): unknown {
  return event.type === 'snapshotAdopted' ? event.data.document[key] : undefined;
}

function withSeq(state: SessionState, lastEventSeq: number): SessionState {
  return { ...state, metadata: { ...state.metadata, lastEventSeq } };
}
