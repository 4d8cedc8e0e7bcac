import * as vscode from 'vscode';
import type { SessionQuery } from '../../core/ports.ts';
import { foldText } from '../../core/search/foldText.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { sessionIcon } from '../show/icons.ts';
import { countText } from '../show/numberText.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { sessionLook, sessionProgress, sessionTitle } from '../show/sessionWords.ts';
import { askFolders } from './askFolders.ts';
import { note, type PickerNote } from './pickerNote.ts';

/** How many sessions a picker offers at once. */
const SHOWN = 100;

export interface PickedSession {
  readonly folder: FolderSessions;
  readonly session: SessionMetadata;
}

export type SessionItem = (vscode.QuickPickItem & { readonly target: PickedSession }) | PickerNote;

export interface OfferedSessions {
  /** Which sessions are offered; the newest first. */
  readonly query?: SessionQuery;
  /** Offered in place of a list. */
  readonly rows?: (folder: FolderSessions) => Promise<readonly SessionMetadata[]>;
}

export interface SessionItems {
  /** The newest first; what they are not all of, or that there is none, is the last. */
  readonly items: readonly SessionItem[];
  readonly total: number;
}

/** The sessions of all folders that have all of `words`. Rejects only when no folder answers. */
export async function sessionItems(
  folders: readonly FolderSessions[],
  offered: OfferedSessions,
  words: string,
): Promise<SessionItems> {
  const { answers, problems } = await askFolders(folders, async folder => {
    const { sessions, total } = await pageOf(folder, offered, words);
    return { total, picks: sessions.map(session => ({ folder, session })) };
  });
  // What is wrong with a folder is told where its sessions are shown; here only when there is nothing else to say.
  if (answers.length === 0 && problems.length > 0) throw problems[0];
  const total = answers.reduce((sum, answer) => sum + answer.total, 0);
  const newest = answers
    .flatMap(({ picks }) => picks)
    .sort((a, b) => b.session.startTime.getTime() - a.session.startTime.getTime())
    .slice(0, SHOWN);
  const items = newest.map(picked => itemOf(picked, folders.length > 1, words));
  return { total, items: [...items, ...notesOf(newest.length, total, words)] };
}

async function pageOf(
  folder: FolderSessions,
  { query, rows }: OfferedSessions,
  words: string,
): Promise<{ readonly sessions: readonly SessionMetadata[]; readonly total: number }> {
  if (rows !== undefined) {
    const wanted = foldText(words).split(/\s+/);
    const sessions = (await rows(folder)).filter(session => {
      const title = foldText(sessionTitle(session));
      return wanted.every(word => title.includes(word));
    });
    return { sessions, total: sessions.length };
  }
  const manager = await folder.sessions();
  const asked = { ...query, limit: SHOWN, ...(words === '' ? {} : { q: words }) };
  const { sessions, total } = await manager.listPage(asked);
  return { sessions, total: total ?? sessions.length };
}

/** What is to be said of a list that is not whole, or empty. */
function notesOf(shown: number, total: number, words: string): PickerNote[] {
  const { l10n } = vscode;
  if (shown === 0) return words === '' ? [] : [note('search', l10n.t('No session has all of this.'))];
  if (total <= shown) return [];
  const counts = [countText(shown), countText(total)];
  if (words !== '')
    return [
      note(
        'ellipsis',
        l10n.t('These are the newest {0} of {1} that have all of this. Type more to find others.', ...counts),
      ),
    ];
  const more = l10n.t('These are the newest {0} of {1}. Type words to find any of the others.', ...counts);
  // Whoever types does so.
  return [{ ...note('ellipsis', more), alwaysShow: false }];
}

function itemOf(picked: PickedSession, namesFolder: boolean, words: string): SessionItem {
  const { folder, session } = picked;
  const isCurrent = folder.current?.sessionId === session.sessionId;
  const description = [
    ...(isCurrent ? [vscode.l10n.t('current')] : []),
    sessionProgress(session),
    session.startTime.toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' }),
    ...(namesFolder ? [folder.name] : []),
  ].join(' · ');
  return {
    label: plainLabel(sessionTitle(session)),
    description,
    iconPath: sessionIcon(sessionLook(session, folder.states.get(session.sessionId))),
    // The words have been matched already, perhaps in a task's text that is not on screen.
    alwaysShow: words !== '',
    target: picked,
  };
}
