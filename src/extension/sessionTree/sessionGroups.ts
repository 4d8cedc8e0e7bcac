import * as vscode from 'vscode';
import type { DamagedFile } from '../../core/ports.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import type { SessionList } from '../folders/sessionList.ts';
import { countText } from '../show/numberText.ts';

type TimeKind = 'today' | 'yesterday' | 'week' | 'older';
export type GroupKind = 'current' | 'pinned' | TimeKind | 'archived' | 'damaged';

export interface Group {
  readonly kind: GroupKind;
  readonly sessions: readonly SessionMetadata[];
  readonly damaged: readonly DamagedFile[];
  /** How many there are; `undefined` when that is not known. */
  readonly count: number | undefined;
  /** The list that has more for this group. */
  readonly more?: SessionList;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The groups of a folder that have something in them, from top to bottom. A session is in one of them only. */
export function sessionGroups(folder: FolderSessions, now: Date): Group[] {
  const { current, pinned, all, archived, damaged } = folder;
  const isOther = (session: SessionMetadata): boolean => session.sessionId !== current?.sessionId;
  const groups: Group[] = [
    group('current', current === undefined ? [] : [current]),
    group('pinned', pinned.rows.filter(isOther)),
    ...timeGroups(
      all,
      all.rows.filter(row => isOther(row) && !row.pinned),
      now,
    ),
    withMore(group('archived', archived.rows.filter(isOther)), archived),
    { kind: 'damaged', sessions: [], damaged, count: damaged.length },
  ];
  return groups.filter(({ sessions, damaged: files }) => sessions.length > 0 || files.length > 0);
}

/** What is not loaded yet is older than all that is: it belongs to the last group or to later ones. */
function timeGroups(list: SessionList, rows: readonly SessionMetadata[], now: Date): Group[] {
  const kinds: readonly TimeKind[] = ['today', 'yesterday', 'week', 'older'];
  const byKind = Map.groupBy(rows, row => timeKind(row.startTime, now));
  const groups = kinds.map(kind => group(kind, byKind.get(kind) ?? []));
  const lastKind = list.hasMore ? timeKind(list.rows.at(-1)?.startTime ?? now, now) : undefined;
  return groups.map(entry => (entry.kind === lastKind ? withMore(entry, list) : entry));
}

function group(kind: GroupKind, sessions: readonly SessionMetadata[]): Group {
  return { kind, sessions, damaged: [], count: sessions.length };
}

function withMore(entry: Group, list: SessionList): Group {
  if (!list.hasMore) return entry;
  const { kind, sessions } = entry;
  const isLast = kind === 'older' || kind === 'archived';
  const rest = list.total === undefined ? undefined : list.total - list.rows.length;
  const count = isLast && rest !== undefined ? sessions.length + rest : undefined;
  return { kind, sessions, damaged: [], count, more: list };
}

function timeKind(time: Date, now: Date): TimeKind {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  if (time.getTime() >= midnight) return 'today';
  // A day may have 23 or 25 hours: the date decides, not the distance.
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).getTime();
  if (time.getTime() >= yesterday) return 'yesterday';
  return time.getTime() >= midnight - 6 * DAY_MS ? 'week' : 'older';
}

export function groupTitle({ kind, count, sessions }: Group): string {
  const number = count === undefined ? `${countText(sessions.length)}+` : countText(count);
  switch (kind) {
    case 'current':
      return vscode.l10n.t('Current');
    case 'pinned':
      return vscode.l10n.t('Pinned ({0})', number);
    case 'today':
      return vscode.l10n.t('Today ({0})', number);
    case 'yesterday':
      return vscode.l10n.t('Yesterday ({0})', number);
    case 'week':
      return vscode.l10n.t('Last 7 days ({0})', number);
    case 'older':
      return vscode.l10n.t('Older ({0})', number);
    case 'archived':
      return vscode.l10n.t('Archived ({0})', number);
    case 'damaged':
      return vscode.l10n.t('Damaged ({0})', number);
  }
}
