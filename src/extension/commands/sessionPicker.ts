import * as vscode from 'vscode';
import { DisposableList } from '../../core/disposable.ts';
import type { SessionQuery } from '../../core/ports.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { reportError } from '../reportError.ts';
import { sessionIcon } from '../show/icons.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { sessionLook, sessionProgress, sessionTitle } from '../show/sessionWords.ts';
import { askFolders } from './askFolders.ts';
import type { ChosenSession } from './chosen.ts';

const SHOWN = 100;
const TYPING_MS = 120;

export interface PickedSession {
  readonly folder: FolderSessions;
  readonly session: SessionMetadata;
}

interface SessionItem extends vscode.QuickPickItem, PickedSession {}

export interface SessionPickerOptions {
  readonly title: string;
  readonly placeholder: string;
  /** Said in its place when there is nothing to choose from. */
  readonly nothing?: string;
  /** Which sessions are offered; the newest first. */
  readonly query?: SessionQuery;
  /** Offered in place of a list. */
  readonly rows?: (folder: FolderSessions) => Promise<readonly SessionMetadata[]>;
}

/** Asks for a session. What is typed is searched in titles and task texts of all sessions, not only of those on screen. */
export function pickSession(app: App, options: SessionPickerOptions): Promise<PickedSession | undefined> {
  const scope = new DisposableList();
  const picker = scope.add(vscode.window.createQuickPick<SessionItem>());
  picker.title = options.title;
  picker.placeholder = options.placeholder;
  picker.matchOnDescription = true;
  let timer: NodeJS.Timeout | undefined;
  let asked = 0;
  const load = async (words: string): Promise<void> => {
    const turn = ++asked;
    picker.busy = true;
    try {
      const items = await itemsFor(app, options, words);
      if (turn !== asked) return;
      picker.items = items;
      if (words === '' && items.length === 0) picker.placeholder = options.nothing ?? options.placeholder;
      const first = items.find(({ folder, session }) => session.sessionId !== folder.current?.sessionId);
      if (words === '' && first !== undefined) picker.activeItems = [first];
    } catch (error) {
      picker.hide();
      reportError(error);
    } finally {
      if (turn === asked) picker.busy = false;
    }
  };
  return new Promise(resolve => {
    scope.add(
      picker.onDidChangeValue(value => {
        clearTimeout(timer);
        timer = setTimeout(() => void load(value.trim()), TYPING_MS);
      }),
    );
    scope.add(
      picker.onDidAccept(() => {
        const chosen = picker.selectedItems[0] ?? picker.activeItems[0];
        if (chosen === undefined) return;
        resolve(chosen);
        picker.hide();
      }),
    );
    scope.add(
      picker.onDidHide(() => {
        clearTimeout(timer);
        resolve(undefined);
        scope.dispose();
      }),
    );
    picker.show();
    void load('');
  });
}

/** Asks in which session to go on. */
export async function chooseSession(app: App, title: string): Promise<ChosenSession | undefined> {
  app.folders.requireActive();
  const placeholder = vscode.l10n.t('Which session to go on in?');
  const nothing = vscode.l10n.t('No sessions yet. Run a task and one is made for you.');
  const picked = await pickSession(app, { title, placeholder, nothing });
  return picked && { folder: picked.folder, sessionId: picked.session.sessionId };
}

async function itemsFor(app: App, options: SessionPickerOptions, words: string): Promise<SessionItem[]> {
  const folders = app.folders.all;
  const { answers, problems } = await askFolders(folders, async folder => {
    const rows = await rowsOf(folder, options, words);
    return rows.map(session => itemOf(folder, session, folders.length > 1, words));
  });
  // What is wrong with a folder is told where its sessions are shown; here only when there is nothing else to say.
  if (answers.length === 0 && problems.length > 0) throw problems[0];
  return answers.flat().sort((a, b) => b.session.startTime.getTime() - a.session.startTime.getTime());
}

async function rowsOf(
  folder: FolderSessions,
  { query, rows }: SessionPickerOptions,
  words: string,
): Promise<readonly SessionMetadata[]> {
  if (rows !== undefined) return rows(folder);
  const sessions = await folder.sessions();
  return sessions.listSessions({ ...query, limit: SHOWN, ...(words === '' ? {} : { q: words }) });
}

function itemOf(
  folder: FolderSessions,
  session: SessionMetadata,
  namesFolder: boolean,
  words: string,
): SessionItem {
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
    // The store has matched the words already, perhaps in a task's text that is not on screen.
    alwaysShow: words !== '',
    folder,
    session,
  };
}
