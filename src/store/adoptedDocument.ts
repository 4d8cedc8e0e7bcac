import { hash } from 'node:crypto';
import { storeBlob } from './blobFile.ts';
import { sha256 } from './eventShapes.ts';
import { MAX_LINE } from './journalLine.ts';
import { readRegular } from './regularFile.ts';
import { isPlainObject } from './shape.ts';
import { MAX_SNAPSHOT } from './snapshotFile.ts';
import type { StoreFolder } from './storeFolder.ts';
import type { StorePorts } from './storePorts.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Leaves room for the rest of the line. */
const MAX_INLINE = MAX_LINE - 1024;

/**
 * What a `snapshotAdopted` record says for a document: the document itself, or, where that does not fit in a record,
 * `{"blob": sha256}` of its JSON text, which is put into `blobs/` first, with its `lastEventSeq` and `schemaVersion`.
 */
export async function recordableDocument(
  document: JsonObject,
  ports: StorePorts,
  folder: StoreFolder,
): Promise<JsonObject> {
  const bytes = Buffer.from(JSON.stringify(document));
  if (bytes.length <= MAX_INLINE) return document;
  const { lastEventSeq, schemaVersion } = document;
  return {
    blob: await storeBlob(bytes, ports, folder),
    ...(lastEventSeq === undefined ? {} : { lastEventSeq }),
    ...(schemaVersion === undefined ? {} : { schemaVersion }),
  };
}

/** The document behind what a record says; `undefined` when its blob is missing or is not what it was. */
export function findDocument(
  recorded: JsonObject,
  ports: Pick<StorePorts, 'files' | 'paths'>,
): JsonObject | undefined {
  const blob = recorded['blob'];
  if (!sha256.accepts(blob) || recorded['sessionId'] !== undefined) return recorded;
  try {
    const bytes = readRegular(ports.files, ports.paths.blob(blob), MAX_SNAPSHOT);
    if (bytes === undefined || hash('sha256', bytes, 'hex') !== blob) return undefined;
    const value: unknown = JSON.parse(bytes.toString());
    return isPlainObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
