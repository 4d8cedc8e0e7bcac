import { createHash } from 'node:crypto';
import { isSessionId } from '../../core/session.ts';
import { sha256 } from '../../store/eventShapes.ts';
import { count, integer, list, matching, object, oneOf, type ShapeType, text } from '../../store/shape.ts';

/** The newest version of the archive that this code reads. */
const ARCHIVE_VERSION = 2;
export const MANIFEST = 'manifest.json';
/** The checkpoints of the session's tasks, as a git bundle: only where somebody asked for them. */
export const CHECKPOINTS = 'checkpoints.bundle';

const path = matching(/^(?:sessions\/[A-Za-z0-9.-]{1,100}|blobs\/[0-9a-f]{64}|checkpoints\.bundle)$/);

/** `manifest.json` of an archive: what else is in it, and what every byte of that hashes to. */
export const manifestShape = object({
  kind: oneOf('coding-agent-session'),
  format: integer,
  sessionId: matching(/^[0-9a-f-]{36}$/),
  product: object({ name: text, version: text }),
  exportedAt: text,
  lastEventSeq: count,
  entries: list(object({ path, size: count, sha256 })),
});

export type Manifest = ShapeType<typeof manifestShape>;
export type ManifestEntry = Manifest['entries'][number];

/** The version of an archive with these files: without checkpoints every version of this program reads it. */
export function formatOf(entries: readonly Pick<ManifestEntry, 'path'>[]): number {
  return entries.some(entry => entry.path === CHECKPOINTS) ? ARCHIVE_VERSION : 1;
}

/** The manifest that a text is, or what is wrong with it. */
export function parseManifest(json: string): Manifest | string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return 'its manifest is not JSON';
  }
  if (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    Number(value.format) > ARCHIVE_VERSION
  )
    return `it is of format ${String(value.format)}, which a newer version of this program wrote`;
  if (
    !manifestShape.accepts(value) ||
    !isSessionId(value.sessionId) ||
    value.format !== formatOf(value.entries)
  )
    return 'its manifest does not have the shape of one';
  const paths = new Set(value.entries.map(entry => entry.path));
  return paths.size === value.entries.length ? value : 'its manifest names a file twice';
}

/** What tells the records of one session from others, whenever and by whom they were packed: SHA-256, hex. */
export function contentHash({ entries }: Pick<Manifest, 'entries'>): string {
  const own = entries.filter(entry => entry.path !== CHECKPOINTS);
  const lines = own.map(entry => `${entry.sha256} ${String(entry.size)} ${entry.path}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}
