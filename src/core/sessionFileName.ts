import { isSessionId } from './session.ts';

export function snapshotName(sessionId: string): string {
  return `${sessionId}.session.json`;
}

/** Segments count from 1; the first has no number in its name. */
export function journalName(sessionId: string, segment: number): string {
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
