import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { isSessionError, messageOf } from '../../core/errors.ts';
import { MAX_BUNDLE } from '../../workspace/checkpoints/bundleCheckpoints.ts';
import { type ArrivingFile, badArchive } from '../../store/transfer/stagedFiles.ts';
import {
  DENSE_BYTES,
  MAX_ARCHIVE,
  MAX_ENTRIES,
  MAX_ENTRY,
  MAX_MANIFEST,
  MAX_RATIO,
  MAX_UNPACKED,
} from './limits.ts';
import { CHECKPOINTS, MANIFEST, type Manifest, parseManifest } from './manifest.ts';

const LOCAL_HEADER = 30;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const UNIX = 3;

/** An archive whose list of files was judged; their bytes are judged while they are read. */
export interface OpenArchive {
  readonly manifest: Manifest;
  /** All files of the session. Throws `bad_archive` as soon as one is not what the manifest says. */
  files(): Iterable<ArrivingFile>;
  /** The checkpoints, in the same way; absent where there are none. */
  readonly checkpoints?: AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Opens a zip file that an export made. `bad_archive` when it is anything else; nothing is unpacked before it was judged. */
export async function openArchive(path: string): Promise<OpenArchive> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK || 0));
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw badArchive('it is not a file.');
    if (stat.size > MAX_ARCHIVE) throw badArchive(`it is larger than ${String(MAX_ARCHIVE / 1024 ** 3)} GB.`);
    return await openZip(handle, stat.size);
  } catch (error) {
    await handle.close();
    throw isSessionError(error) ? error : badArchive(`${messageOf(error)}.`, error);
  }
}

async function openZip(handle: FileHandle, fileSize: number): Promise<OpenArchive> {
  const zip = await fromFdPromise(handle.fd, { strictFileNames: true, autoClose: false });
  if (zip.entryCount > MAX_ENTRIES) throw badArchive(`it has ${String(zip.entryCount)} entries.`);
  const entries = await entriesOf(zip, fileSize);
  const listed = entries.get(MANIFEST);
  if (listed === undefined || listed.uncompressedSize > MAX_MANIFEST)
    throw badArchive('it has no manifest: it was not made by exporting a session.');
  const pieces: Uint8Array[] = [];
  for await (const piece of contentOf(zip, listed)) pieces.push(piece);
  const manifest = parseManifest(Buffer.concat(pieces).toString());
  if (typeof manifest === 'string') throw badArchive(`${manifest}.`);
  for (const { path, size } of manifest.entries)
    if (entries.get(path)?.uncompressedSize !== size)
      throw badArchive(`${path} is not in it with the size that the manifest says.`);
  if (entries.size !== manifest.entries.length + 1)
    throw badArchive('it has files that its manifest does not name.');
  const bundle = entries.get(CHECKPOINTS);
  const bundled = manifest.entries.find(({ path }) => path === CHECKPOINTS);
  return {
    manifest,
    ...(bundle && bundled && { checkpoints: contentOf(zip, bundle, bundled.sha256) }),
    *files() {
      for (const { path, sha256 } of manifest.entries) {
        const entry = path === CHECKPOINTS ? undefined : entries.get(path);
        if (entry !== undefined) yield { path, content: contentOf(zip, entry, sha256) };
      }
    },
    close: () => handle.close(),
  };
}

/** Every entry by its name, after each was judged by what the list of files says of it. */
async function entriesOf(zip: ZipFile, fileSize: number): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  let unpacked = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName } = entry;
    const name = JSON.stringify(fileName.slice(0, 200));
    if (entries.size >= MAX_ENTRIES) throw badArchive('it has too many entries.');
    if (entries.has(fileName)) throw badArchive(`${name} is in it twice.`);
    if (!isPlainFile(entry)) throw badArchive(`${name} is not a plain file.`);
    unpacked += entry.uncompressedSize;
    if (
      entry.uncompressedSize > (fileName === CHECKPOINTS ? MAX_BUNDLE : MAX_ENTRY) ||
      unpacked > MAX_UNPACKED
    )
      throw badArchive(`${name} would take too much space.`);
    const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize);
    if (entry.uncompressedSize > DENSE_BYTES && ratio > MAX_RATIO)
      throw badArchive(`${name} unpacks to ${String(Math.round(ratio))} times its size.`);
    entries.set(fileName, entry);
  }
  requireApart([...entries.values()], fileSize);
  return entries;
}

function isPlainFile(entry: Entry): boolean {
  const { versionMadeBy, externalFileAttributes, compressionMethod, fileName } = entry;
  const type = versionMadeBy >>> 8 === UNIX ? (externalFileAttributes >>> 16) & FILE_TYPE : 0;
  const isFile = (type === 0 || type === REGULAR) && !fileName.endsWith('/');
  return isFile && !entry.isEncrypted() && (compressionMethod === 0 || compressionMethod === 8);
}

/** Entries that share bytes are how a small file unpacks to a huge one without any ratio that shows it. */
function requireApart(entries: readonly Entry[], fileSize: number): void {
  const inOrder = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  for (const [index, entry] of inOrder.entries()) {
    const end = entry.relativeOffsetOfLocalHeader + LOCAL_HEADER + entry.compressedSize;
    if (end > (inOrder[index + 1]?.relativeOffsetOfLocalHeader ?? fileSize))
      throw badArchive('its files lie one within the other.');
  }
}

/** The bytes of one entry; throws unless they are as many as said, with the sum and the hash that were said. */
async function* contentOf(zip: ZipFile, entry: Entry, expected?: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let sum = 0;
  const name = entry.fileName;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const piece of stream as AsyncIterable<Buffer>) {
      sum = crc32(piece, sum);
      hash.update(piece);
      yield piece;
    }
  } catch (error) {
    throw isSessionError(error)
      ? error
      : badArchive(`${name} cannot be unpacked (${messageOf(error)}).`, error);
  }
  if (sum !== entry.crc32) throw badArchive(`${name} has a wrong checksum.`);
  if (expected !== undefined && hash.digest('hex') !== expected)
    throw badArchive(`${name} does not have the hash that the manifest says.`);
}
