import { isDeepStrictEqual } from 'node:util';
import { isSessionError } from '../../core/errors.ts';
import { type SessionDocument, toDocument } from '../../core/sessionDocument.ts';
import { sessionStats, type SessionState } from '../../core/state.ts';
import { findDocument } from '../adoptedDocument.ts';
import { SessionBuilder } from '../sessionBuilder.ts';
import { isPlainObject } from '../shape.ts';
import { readSnapshot, type Snapshot } from '../snapshotFile.ts';
import type { StorePorts } from '../storePorts.ts';

const MAX_FIELDS = 20;
/** Follow from others, or say where the copy stands. */
const DERIVED = new Set(['stats', 'lastEventSeq', 'balance']);
const BY_ID = new Set(['taskRecords', 'planRecords', 'toolCallRecords']);

type JsonObject = Readonly<Record<string, unknown>>;

export type SnapshotContent = Snapshot | { readonly problem: string } | undefined;

/** The snapshot of this session, nothing when there is none, or why it cannot be used. */
export function readSnapshotOf(sessionId: string, { files, paths }: StorePorts): SnapshotContent {
  try {
    const snapshot = readSnapshot(files, paths.snapshot(sessionId));
    if (snapshot === undefined || 'problem' in snapshot) return snapshot;
    if (snapshot.document['sessionId'] === sessionId) return snapshot;
    return { problem: 'The session id in it is not the one in its name.' };
  } catch (error) {
    if (isSessionError(error)) return { problem: error.message };
    throw error;
  }
}

/** What a snapshot says, at this place. */
export function stateOf(
  sessionId: string,
  { document }: Snapshot,
  ports: StorePorts,
  at = new Date(0),
): SessionState {
  const builder = new SessionBuilder(sessionId, ports.paths.root, adopted => findDocument(adopted, ports));
  return builder.adopt(document, at);
}

/** The known fields in which a snapshot says something else than the journal, named like `taskRecords.t1.description`. */
export function differingFields(
  sessionId: string,
  snapshot: Snapshot,
  state: SessionState,
  ports: StorePorts,
): readonly string[] {
  const { document } = snapshot;
  const known = toDocument({ ...state, unknownFields: {} });
  const said = knownCalls(toDocument(stateOf(sessionId, snapshot, ports, state.metadata.updatedAt)), known);
  const fields: string[] = [];
  for (const key of Object.keys(known)) {
    if (fields.length >= MAX_FIELDS) break;
    if (DERIVED.has(key)) continue;
    if (!BY_ID.has(key)) {
      if (!isSame(known[key], said[key])) fields.push(key);
    } else fields.push(...differingRecords(key, asObject(known[key]), asObject(said[key])));
  }
  if (document['stats'] !== undefined && !isSame(sessionStats(state), document['stats']))
    fields.push('stats');
  return fields.slice(0, MAX_FIELDS);
}

/** Without the calls that the state left to the journal: an older version kept them in the snapshot. */
function knownCalls(said: SessionDocument, known: SessionDocument): SessionDocument & JsonObject {
  const ids = new Set(Object.keys(known.toolCallRecords));
  const calls = Object.entries(said.toolCallRecords).filter(
    ([id, { taskId }]) => ids.has(id) || known.taskRecords[taskId] === undefined,
  );
  return { ...said, toolCallRecords: Object.fromEntries(calls) };
}

function differingRecords(key: string, known: JsonObject, said: JsonObject): string[] {
  const fields: string[] = [];
  for (const id of new Set([...Object.keys(known), ...Object.keys(said)])) {
    if (fields.length >= MAX_FIELDS) break;
    if (isSame(known[id], said[id])) continue;
    const [one, other] = [asObject(known[id]), asObject(said[id])];
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    const whole = known[id] === undefined || said[id] === undefined;
    if (whole) fields.push(`${key}.${id}`);
    else for (const name of names) if (!isSame(one[name], other[name])) fields.push(`${key}.${id}.${name}`);
  }
  return fields;
}

function asObject(value: unknown): JsonObject {
  return isPlainObject(value) ? value : {};
}

/** As JSON says it, whatever the order of keys. */
function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(asJson(one), asJson(other));
}

function asJson(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
