import type { Redactor } from '../core/redactor.ts';
import type { SessionImport, SessionMetadata } from '../core/session.ts';
import type { SessionState } from '../core/state.ts';
import { encodeRecord } from '../store/journalLine.ts';
import { SEGMENT_BYTES } from '../store/journalWriter.ts';
import type { DiskStore } from '../store/sessionStore.ts';
import type { Arrival, Arrived } from '../store/transfer/arrivals.ts';
import type { Extend } from '../store/transfer/extendSession.ts';
import type { ArrivingFile } from '../store/transfer/stagedFiles.ts';
import { ArrivingCheckpoints } from '../workspace/checkpoints/arrivingCheckpoints.ts';
import { contentHash } from './archive/manifest.ts';
import { openArchive } from './archive/readArchive.ts';
import { kindOfFile, unreadable } from './fileToImport.ts';
import { readTranscript, type TranscriptFormat } from './transcripts/readTranscript.ts';
import { recordsSince, transcriptRecords, type TranscriptRecords } from './transcripts/transcriptRecords.ts';

export const IMPORT_FORMATS = ['auto', 'zip', 'claude-code', 'codex', 'opencode', 'pi'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** What became of a file. */
export interface ImportedSession {
  readonly file: string;
  readonly sessionId: string;
  /** `present`: it was here already, and nothing was changed. `extended`: what was new in it was added. */
  readonly outcome: Arrived['outcome'];
  readonly imported: SessionImport;
  readonly metadata: SessionMetadata;
  /** Records of a transcript that were not understood, by what they say they are. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Of how many tasks checkpoints were taken in; `null` where the file has none. */
  readonly checkpoints: number | null;
}

export interface ImportPorts {
  /** Absolute, real. */
  readonly root: string;
  readonly store: Pick<DiskStore, 'receive'>;
  readonly redactor: Redactor;
}

/**
 * Takes one file in: an archive that an export made, or another agent's history, which is only read. Rejects with
 * `bad_archive`, `conflict`, as `fileToImport` says of one that cannot be read, or as writing does; then nothing was changed.
 */
export async function importSession(
  file: string,
  format: ImportFormat,
  { root, store, redactor }: ImportPorts,
): Promise<ImportedSession> {
  const found = await kindOfFile(file);
  const kind = format === 'auto' ? found : format;
  return kind === 'zip' ? importArchive(file, root, store) : importTranscript(file, kind, store, redactor);
}

async function importArchive(
  file: string,
  root: string,
  store: ImportPorts['store'],
): Promise<ImportedSession> {
  const archive = await openArchive(file);
  try {
    const { manifest } = archive;
    const imported = { from: 'archive', source: manifest.sessionId, hash: contentHash(manifest) } as const;
    const arrival = { sessionId: manifest.sessionId, imported, files: archive.files() };
    if (archive.checkpoints === undefined)
      return resultOf(file, await store.receive(arrival), imported, new Map());
    const arriving = await ArrivingCheckpoints.receive(root, archive.checkpoints);
    try {
      const { arrived, kept } = await receiveBoth(arrival, arriving, store);
      return { ...resultOf(file, arrived, imported, new Map()), checkpoints: kept };
    } finally {
      await arriving.discard();
    }
  } finally {
    await archive.close();
  }
}

/** The checkpoints first, the records last: whatever is interrupted, a session that is here has its checkpoints. */
async function receiveBoth(
  arrival: Arrival,
  checkpoints: ArrivingCheckpoints,
  store: ImportPorts['store'],
): Promise<{ readonly arrived: Arrived; readonly kept: number }> {
  let kept = 0;
  const prepare = async (state: SessionState): Promise<void> => {
    kept = await checkpoints.keep(state);
  };
  const arrived = await store.receive({ ...arrival, prepare }).catch(async (error: unknown) => {
    await checkpoints.withdraw();
    throw error;
  });
  // One that was taken in without its checkpoints gets them now; to those of one's own session nothing is added.
  if (arrived.outcome === 'present' && arrived.state.metadata.imported !== undefined)
    await prepare(arrived.state);
  return { arrived, kept };
}

async function importTranscript(
  file: string,
  format: TranscriptFormat | undefined,
  store: ImportPorts['store'],
  redactor: Redactor,
): Promise<ImportedSession> {
  const { transcript, hash } = await readTranscript(file, format).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  const { from, source, skipped } = transcript;
  const imported = { from, source: redactor.redact(source).slice(0, 500), hash };
  const records = transcriptRecords(transcript, redactor);
  const extend: Extend = known => recordsSince(known, transcript, redactor);
  const arrival = { sessionId: records.sessionId, imported, files: filesOf(records), extend };
  return resultOf(file, await store.receive(arrival), imported, skipped);
}

function resultOf(
  file: string,
  { sessionId, outcome, state }: Arrived,
  imported: SessionImport,
  skipped: ReadonlyMap<string, number>,
): ImportedSession {
  const counts = Object.fromEntries([...skipped].map(([kind, count]) => [kind, count]));
  const { metadata } = state;
  return { file, sessionId, outcome, imported, metadata, skipped: counts, checkpoints: null };
}

/** The journal that these records are, and their outputs. */
function* filesOf({ sessionId, records, blobs }: TranscriptRecords): Generator<ArrivingFile> {
  const lines = records.map(encodeRecord);
  for (let start = 0, segment = 1; start < lines.length; segment++) {
    const from = start;
    for (let bytes = 0; start < lines.length && bytes < SEGMENT_BYTES; start++)
      bytes += lines[start]?.length ?? 0;
    const name = segment === 1 ? `${sessionId}.events.jsonl` : `${sessionId}.events.${String(segment)}.jsonl`;
    yield { path: `sessions/${name}`, content: [Buffer.concat(lines.slice(from, start))] };
  }
  for (const [hash, text] of blobs) yield { path: `blobs/${hash}`, content: [Buffer.from(text)] };
}
