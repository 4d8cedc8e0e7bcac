import { createHash } from 'node:crypto';
import { isSessionId } from '../../core/session.ts';
import { sha256 } from '../../store/eventShapes.ts';
import { count, integer, list, matching, object, oneOf, type ShapeType, text } from '../../store/shape.ts';

/** The version of the archive that this code writes; it reads this one. */
export const ARCHIVE_VERSION = 1;
export const MANIFEST = 'manifest.json';

const path = matching(/^(?:sessions\/[A-Za-z0-9.-]{1,100}|blobs\/[0-9a-f]{64})$/);

/** `manifest.json` of an archive: what else is in it, and what every byte of that hashes to. */
const manifestShape = object({
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
  if (!manifestShape.accepts(value) || !isSessionId(value.sessionId) || value.format !== ARCHIVE_VERSION)
    return 'its manifest does not have the shape of one';
  const paths = new Set(value.entries.map(entry => entry.path));
  return paths.size === value.entries.length ? value : 'its manifest names a file twice';
}

/** What tells one content from another, whenever and by whom it was packed: SHA-256, hex. */
export function contentHash({ entries }: Pick<Manifest, 'entries'>): string {
  const lines = entries.map(entry => `${entry.sha256} ${String(entry.size)} ${entry.path}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}
