import type { Disposable } from '../../core/disposable.ts';
import { hashesIn } from '../blobReferences.ts';
import type { LiveSession } from '../liveSession.ts';
import { openRegular, readFully, readRegular } from '../regularFile.ts';
import { MAX_SNAPSHOT } from '../snapshotFile.ts';
import { snapshotName } from '../../core/sessionFileName.ts';
import type { StorePorts } from '../storePorts.ts';

const CHUNK = 1024 * 1024;

/** A file of a session as it leaves. */
export interface PackedFile {
  /** `sessions/{name}` or `blobs/{hash}`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Throws what the disk throws; ends early when the file was cut meanwhile. */
  content(): AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** All that a session consists of, as it was at one moment: what is recorded later is not in it. */
export interface SessionPack extends Disposable {
  readonly sessionId: string;
  /** The newest record that is in it. */
  readonly lastEventSeq: number;
  /** How many places of it cannot be read. */
  readonly damage: number;
  /** The journal byte for byte, the snapshot, and the outputs that they refer to. */
  readonly files: readonly PackedFile[];
}

/** Packs a session that is open. The snapshot is read before the end of the journal is noted, so it never knows more. */
export async function packSession(live: LiveSession, ports: StorePorts): Promise<SessionPack> {
  const { files, paths } = ports;
  const { sessionId } = live;
  const snapshot = readRegular(files, paths.snapshot(sessionId), MAX_SNAPSHOT);
  await live.idle();
  await live.refresh();
  const { position } = live;
  const open: number[] = [];
  const journal: PackedFile[] = [];
  const dispose = (): void => {
    for (const descriptor of open.splice(0)) files.close(descriptor);
  };
  try {
    for (let segment = 1; segment <= position.segment; segment++) {
      const path = paths.journal(sessionId, segment);
      if (files.lstat(path) === undefined) continue;
      const { descriptor, stat } = openRegular(files, path, 'read');
      open.push(descriptor);
      const size = segment === position.segment ? position.offset : stat.size;
      const content = (): AsyncIterable<Buffer> => pieces(descriptor, size, ports);
      journal.push({ path: `sessions/${path.slice(paths.sessions.length + 1)}`, size, content });
    }
    const blobs = await blobsOf(live, position.segment, ports);
    const packed: PackedFile[] = snapshot === undefined ? [] : [bytesFile(snapshotName(sessionId), snapshot)];
    const { lastEventSeq } = live.state.metadata;
    return {
      ...{ sessionId, lastEventSeq, damage: live.damage.length, dispose },
      files: [...journal, ...packed, ...blobs],
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

async function blobsOf(
  { sessionId }: LiveSession,
  segments: number,
  ports: StorePorts,
): Promise<PackedFile[]> {
  const { files, paths } = ports;
  const sizes = new Map<string, number>();
  const sources = Array.from({ length: segments }, (_, index) => paths.journal(sessionId, index + 1));
  for (const source of [paths.snapshot(sessionId), ...sources]) {
    for await (const hash of hashesIn(source, ports)) {
      const stat = sizes.has(hash) ? undefined : files.lstat(paths.blob(hash));
      if (stat?.kind === 'file') sizes.set(hash, stat.size);
    }
  }
  return [...sizes].map(([hash, size]) => ({
    ...{ path: `blobs/${hash}`, size },
    async *content() {
      const { descriptor } = openRegular(files, paths.blob(hash), 'read');
      try {
        yield* pieces(descriptor, size, ports);
      } finally {
        files.close(descriptor);
      }
    },
  }));
}

function bytesFile(name: string, bytes: Buffer): PackedFile {
  return {
    ...{ path: `sessions/${name}`, size: bytes.length },
    content: () => [bytes],
  };
}

async function* pieces(
  descriptor: number,
  size: number,
  { files, pause }: StorePorts,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; at += CHUNK) {
    const piece = readFully(files, descriptor, at, Math.min(CHUNK, size - at));
    if (piece.length === 0) return;
    yield piece;
    await pause(0);
  }
}
