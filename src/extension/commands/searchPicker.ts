import * as vscode from 'vscode';
import { DisposableList } from '../../core/disposable.ts';
import { isSessionError, messageOf } from '../../core/errors.ts';
import { inertLine } from '../../core/inertText.ts';
import type { SearchHit } from '../../core/search/searchPage.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { sessionIcon, taskIcon } from '../show/icons.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { sessionLook, sessionProgress, sessionTitle } from '../show/sessionWords.ts';
import { askFolders } from './askFolders.ts';

const SHOWN = 50;
const TYPING_MS = 120;

export interface PickedHit {
  readonly folder: FolderSessions;
  readonly sessionId: string;
  /** `undefined`: the session itself. */
  readonly taskId: string | undefined;
}

interface HitItem extends vscode.QuickPickItem {
  /** `undefined`: nothing to choose, only to read. */
  readonly target: PickedHit | undefined;
}

/** Asks what to search for, and shows what is found while it is typed; before that, the newest sessions. */
export function pickHit(app: App): Promise<PickedHit | undefined> {
  const scope = new DisposableList();
  const picker = scope.add(vscode.window.createQuickPick<HitItem>());
  picker.title = vscode.l10n.t('Search Sessions');
  picker.placeholder = vscode.l10n.t('Words, "phrases", and filters: status: type: agent: file: since:');
  picker.matchOnDetail = true;
  let timer: NodeJS.Timeout | undefined;
  let asked = new AbortController();
  const search = async (text: string): Promise<void> => {
    asked.abort();
    const turn = (asked = new AbortController());
    picker.busy = true;
    const items = await itemsFor(app, text, turn.signal);
    if (turn.signal.aborted) return;
    picker.items = items;
    picker.busy = false;
  };
  return new Promise(resolve => {
    scope.add(
      picker.onDidChangeValue(value => {
        clearTimeout(timer);
        // What was asked for before is not worth finishing.
        asked.abort();
        timer = setTimeout(() => void search(value.trim()), TYPING_MS);
      }),
    );
    scope.add(
      picker.onDidAccept(() => {
        const { target } = picker.selectedItems[0] ?? picker.activeItems[0] ?? {};
        if (target === undefined) return;
        resolve(target);
        picker.hide();
      }),
    );
    scope.add(
      picker.onDidHide(() => {
        clearTimeout(timer);
        asked.abort();
        resolve(undefined);
        scope.dispose();
      }),
    );
    picker.show();
    void search('');
  });
}

/** Never rejects: what is wrong with a search is said where its results would be. */
async function itemsFor(app: App, text: string, signal: AbortSignal): Promise<HitItem[]> {
  const folders = app.folders.all;
  const { answers, problems } = await askFolders(folders, folder =>
    text === '' ? newest(folder) : found(folder, text, signal),
  );
  const dated = answers.flat().sort((a, b) => b.startTime.getTime() - a.startTime.getTime());
  const items = dated
    .slice(0, SHOWN)
    .map(({ item, folder }) =>
      folders.length === 1 ? item : { ...item, description: `${item.description ?? ''} · ${folder.name}` },
    );
  // A search that cannot be understood is none in every folder.
  const notes = new Map(problems.map(problem => [messageOf(problem), problemNote(problem)]));
  if (items.length === 0 && notes.size === 0 && text !== '')
    return [note('search', vscode.l10n.t('Nothing has all of this.'))];
  return [...items, ...notes.values()];
}

function problemNote(problem: unknown): HitItem {
  const isMistake = isSessionError(problem) && problem.code === 'invalid_input';
  return note(isMistake ? 'info' : 'error', messageOf(problem));
}

interface Dated {
  readonly item: HitItem;
  readonly folder: FolderSessions;
  readonly startTime: Date;
}

async function found(folder: FolderSessions, text: string, signal: AbortSignal): Promise<Dated[]> {
  const { hits, sessions } = await (await folder.host()).search(text, { limit: SHOWN, signal });
  const byId = new Map(sessions.map(session => [session.sessionId, session]));
  return hits.map(hit => ({
    item: itemOf(folder, hit),
    folder,
    startTime: byId.get(hit.sessionId)?.startTime ?? hit.at,
  }));
}

function itemOf(folder: FolderSessions, hit: SearchHit): HitItem {
  const { sessionId, sessionTitle: session, task, field, text, at } = hit;
  const date = at.toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
  const title = session === '' ? vscode.l10n.t('New session') : session;
  const isSaid = field === 'title' || text === task?.title;
  return {
    label: plainLabel(task?.title ?? title),
    description: plainLabel(task === null ? date : `${title} · ${date}`),
    ...(isSaid ? {} : { detail: plainLabel(`${fieldWord(field)}: ${text}`) }),
    iconPath: task === null ? sessionIcon('active') : taskIcon(task, false),
    // The search has matched it already, perhaps by a filter.
    alwaysShow: true,
    target: { folder, sessionId, taskId: task?.id },
  };
}

async function newest(folder: FolderSessions): Promise<Dated[]> {
  const sessions = await (await folder.sessions()).listSessions({ archived: true, limit: SHOWN });
  return sessions.map(session => ({
    item: sessionItem(folder, session),
    folder,
    startTime: session.startTime,
  }));
}

function sessionItem(folder: FolderSessions, session: SessionMetadata): HitItem {
  const date = session.startTime.toLocaleString(vscode.env.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return {
    label: plainLabel(sessionTitle(session)),
    description: `${sessionProgress(session)} · ${date}`,
    iconPath: sessionIcon(sessionLook(session, folder.states.get(session.sessionId))),
    target: { folder, sessionId: session.sessionId, taskId: undefined },
  };
}

function note(icon: string, text: string): HitItem {
  return {
    label: plainLabel(inertLine(text)),
    iconPath: new vscode.ThemeIcon(icon),
    alwaysShow: true,
    target: undefined,
  };
}

function fieldWord(field: SearchHit['field']): string {
  switch (field) {
    case 'title':
      return vscode.l10n.t('title');
    case 'task':
      return vscode.l10n.t('task');
    case 'command':
      return vscode.l10n.t('command');
    case 'output':
      return vscode.l10n.t('output');
    case 'file':
      return vscode.l10n.t('file');
  }
}
