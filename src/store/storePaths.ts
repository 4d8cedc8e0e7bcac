import { join, sep } from 'node:path';
import { isSessionId } from '../core/session.ts';

/** Where everything is below `{root}/.coding-agent`. */
export class StorePaths {
  readonly root: string;
  readonly folder: string;
  readonly sessions: string;
  readonly blobs: string;
  readonly trash: string;
  readonly locks: string;
  readonly gitignore: string;

  constructor(root: string, sessions = 'sessions') {
    this.root = root;
    this.folder = join(root, '.coding-agent');
    this.sessions = join(this.folder, sessions);
    this.blobs = join(this.folder, 'blobs');
    this.trash = join(this.folder, 'trash');
    this.locks = join(this.folder, 'locks');
    this.gitignore = join(this.folder, '.gitignore');
  }

  /** The same, for sessions that are in the trash. */
  inTrash(): StorePaths {
    return new StorePaths(this.root, 'trash');
  }

  snapshot(sessionId: string): string {
    return join(this.sessions, snapshotName(sessionId));
  }

  /** Asked for at every append; the folders are normalized already, and so are the names. */
  journal(sessionId: string, segment: number): string {
    return this.sessions + sep + journalName(sessionId, segment);
  }

  lock(sessionId: string): string {
    return `${this.locks}${sep}${sessionId}.lock`;
  }

  blob(hash: string): string {
    return join(this.blobs, hash);
  }
}

export function snapshotName(sessionId: string): string {
  return `${sessionId}.session.json`;
}

/** Segments count from 1; the first has no number in its name. */
function journalName(sessionId: string, segment: number): string {
  return segment === 1 ? `${sessionId}.events.jsonl` : `${sessionId}.events.${segment}.jsonl`;
}

/** What a name in `sessions/` or `trash/` stands for. */
export type SessionFileName =
  | { readonly kind: 'snapshot'; readonly sessionId: string }
  | { readonly kind: 'journal'; readonly sessionId: string; readonly segment: number }
  /** The records of a second history, kept beside the first. */
  | { readonly kind: 'conflict'; readonly sessionId: string }
  /** Left behind or kept on purpose (temporary files, originals of repaired ones, what desktops drop everywhere). */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'foreign' };

const NAME =
  /^([0-9a-f-]{36})\.(?:(session\.json)|events(?:\.([2-9]|[1-9][0-9]{1,5}))?\.jsonl|(conflict-[0-9]+\.jsonl))$/;
const LEFTOVER = /\.(?:tmp|damaged-[0-9]+|v[0-9]+\.bak)$/;
const DESKTOP = new Set(['.DS_Store', '.gitignore', '.gitkeep', 'Thumbs.db', 'desktop.ini']);

export function parseFileName(name: string): SessionFileName {
  const [matched, sessionId, snapshot, segment, conflict] = NAME.exec(name) ?? [];
  if (matched === undefined)
    return { kind: LEFTOVER.test(name) || DESKTOP.has(name) ? 'ignored' : 'foreign' };
  if (!isSessionId(sessionId)) return { kind: 'foreign' };
  if (conflict !== undefined) return { kind: 'conflict', sessionId };
  if (snapshot !== undefined) return { kind: 'snapshot', sessionId };
  return { kind: 'journal', sessionId, segment: segment === undefined ? 1 : Number(segment) };
}

export function conflictName(sessionId: string, number: number): string {
  return `${sessionId}.conflict-${number}.jsonl`;
}
