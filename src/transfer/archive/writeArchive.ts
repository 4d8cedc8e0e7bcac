import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflateRaw } from 'node:zlib';
import { ZipFile } from 'yazl';
import { SessionError } from '../../core/errors.ts';
import type { CheckpointBundle } from '../../workspace/checkpoints/bundleCheckpoints.ts';
import type { PackedFile, SessionPack } from '../../store/transfer/sessionPack.ts';
import { DENSE_BYTES, MAX_RATIO } from './limits.ts';
import { CHECKPOINTS, formatOf, MANIFEST, type Manifest, type ManifestEntry } from './manifest.ts';

/** Says who made it and when. */
export type ArchiveOrigin = Pick<Manifest, 'product' | 'exportedAt'>;

/**
 * A session as a zip file, piece by piece: its files, its checkpoints where they are wanted, and at the end a manifest with the
 * hashes of all. The pack is released when the archive is complete or not wanted any more. Throws what reading throws.
 */
export async function* writeArchive(
  pack: SessionPack,
  origin: ArchiveOrigin,
  checkpoints?: Pick<CheckpointBundle, 'content'>,
): AsyncGenerator<Buffer> {
  const zip = new ZipFile();
  const entries: ManifestEntry[] = [];
  const mtime = new Date(origin.exportedAt);
  const output = zip.outputStream.pipe(new PassThrough());
  // yazl tells of a failed read on itself; whoever reads the archive is to hear of it.
  zip.on('error', (error: Error) => output.destroy(error));
  try {
    for (const file of pack.files) {
      const compress = !(await isDense(file));
      zip.addReadStreamLazy(file.path, { mtime, compress, size: file.size }, give => {
        give(null, Readable.from(hashed(file, entries), { objectMode: false }));
      });
    }
    if (checkpoints !== undefined)
      // Git has packed it already, and tells its size only at the end.
      zip.addReadStreamLazy(CHECKPOINTS, { mtime, compress: false }, give => {
        const file = { path: CHECKPOINTS, content: () => checkpoints.content() };
        give(null, Readable.from(hashed(file, entries), { objectMode: false }));
      });
    zip.addReadStreamLazy(MANIFEST, { mtime }, give => {
      const { sessionId, lastEventSeq } = pack;
      const kind = 'coding-agent-session' as const;
      const manifest: Manifest = {
        kind,
        format: formatOf(entries),
        sessionId,
        ...origin,
        lastEventSeq,
        entries,
      };
      give(null, Readable.from([Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)]));
    });
    zip.end();
    for await (const piece of output) yield piece as Buffer;
  } finally {
    output.destroy();
    pack.dispose();
  }
}

async function* hashed(
  file: Pick<PackedFile, 'path' | 'content'> & Partial<PackedFile>,
  entries: ManifestEntry[],
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of file.content()) {
    hash.update(piece);
    size += piece.length;
    yield piece;
  }
  if (file.size !== undefined && size !== file.size) {
    const what = `${file.path} became shorter while it was read. Nothing was changed. Export again.`;
    throw new SessionError('storage_failed', what);
  }
  entries.push({ path: file.path, size, sha256: hash.digest('hex') });
}

/** Whether deflating makes so little of it that a careful reader would take it for a bomb: then it is stored as it is. */
async function isDense(file: PackedFile): Promise<boolean> {
  if (file.size < DENSE_BYTES) return false;
  let deflated = 0;
  await pipeline(file.content(), createDeflateRaw({ level: 6 }), async pieces => {
    for await (const piece of pieces as AsyncIterable<Buffer>) deflated += piece.length;
  });
  return file.size / deflated > MAX_RATIO / 2;
}
