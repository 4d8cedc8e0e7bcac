import { join } from 'node:path';
import { openRegular, readFully } from './regularFile.ts';
import { slicer, type StorePorts } from './storePorts.ts';

const CHUNK = 1024 * 1024;
/** Where a journal says that a document is in a blob, which may name further ones: see `adoptedDocument.ts`. */
const DOCUMENT = /"document":\{"blob":"([0-9a-f]{64})"/g;
/** More than what either of them takes, so that none is cut in two. */
const OVERLAP = 128;
const HASH = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;

/** Removes the blobs that these files refer to and no other file of a session does. Resolves with their names. */
export async function removeOrphanedBlobs(
  content: readonly string[],
  ports: StorePorts,
): Promise<readonly string[]> {
  const { files, paths } = ports;
  const candidates = new Set<string>();
  for (const path of content) {
    for await (const hash of hashesIn(path, ports)) {
      if (files.lstat(paths.blob(hash))?.kind === 'file') candidates.add(hash);
    }
  }
  if (candidates.size === 0) return [];
  const gone = new Set(content);
  for (const directory of [paths.sessions, paths.trash]) {
    if (files.lstat(directory)?.kind !== 'directory') continue;
    for (const name of await files.readdir(directory)) {
      const path = join(directory, name);
      if (gone.has(path) || candidates.size === 0) continue;
      for await (const hash of hashesIn(path, ports)) candidates.delete(hash);
    }
  }
  for (const hash of candidates) files.unlink(paths.blob(hash));
  if (candidates.size > 0) await files.syncDirectory(paths.blobs);
  return [...candidates];
}

/**
 * Everything in a file that looks like the name of a blob, and in the documents that it keeps in blobs. A file that is none has
 * nothing in it.
 */
export async function* hashesIn(
  path: string,
  ports: Pick<StorePorts, 'files' | 'paths' | 'clock' | 'pause'>,
  { isDocument = false } = {},
): AsyncGenerator<string> {
  const { files, paths } = ports;
  if (files.lstat(path)?.kind !== 'file') return;
  const { descriptor, stat } = openRegular(files, path, 'read');
  const breathe = slicer(ports);
  try {
    for (let position = 0; position < stat.size; position += CHUNK) {
      // Most files are small, and there may be very many.
      const length = Math.min(CHUNK, stat.size - position) + OVERLAP;
      const text = readFully(files, descriptor, position, length).toString('latin1');
      for (const [hash] of text.matchAll(HASH)) yield hash;
      if (isDocument) continue;
      for (const [, document = ''] of text.matchAll(DOCUMENT))
        yield* hashesIn(paths.blob(document), ports, { isDocument: true });
      await breathe();
    }
  } finally {
    files.close(descriptor);
  }
}
