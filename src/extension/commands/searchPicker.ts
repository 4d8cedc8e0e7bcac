import * as vscode from 'vscode';
import { DisposableList } from '../../core/disposable.ts';
import { isSessionError, messageOf } from '../../core/errors.ts';
import type { SearchHit, SearchPage, SearchProgress } from '../../core/search/searchPage.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { sessionIcon, taskIcon } from '../show/icons.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { firstReadingText } from '../show/readingText.ts';
import { sessionLook, sessionProgress, sessionTitle } from '../show/sessionWords.ts';
import { askFolders } from './askFolders.ts';
import { note } from './pickerNote.ts';
import { tellOfWait } from './tellOfWait.ts';

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
    let isShown = false;
    const show = (items: readonly HitItem[]): void => {
      if (turn.signal.aborted) return;
      // Whoever goes through what is found stays where he is while more is found.
      const chosen = isShown ? picker.activeItems[0]?.target : undefined;
      picker.keepScrollPosition = isShown;
      picker.items = items;
      const same = items.find(({ target }) => target !== undefined && isSame(target, chosen));
      if (same !== undefined) picker.activeItems = [same];
      isShown = true;
    };
    const wait = tellOfWait(app.folders, waiting => {
      show([waiting]);
    });
    const items = await itemsFor(app, text, turn.signal, found => {
      wait.dispose();
      show(found);
    });
    wait.dispose();
    show(items);
    if (!turn.signal.aborted) picker.busy = false;
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

/**
 * Never rejects: what is wrong with a search is said where its results would be. `show` is given what is found so far while
 * sessions have to be read that the index does not know.
 */
async function itemsFor(
  app: App,
  text: string,
  signal: AbortSignal,
  show: (items: readonly HitItem[]) => void,
): Promise<HitItem[]> {
  const folders = app.folders.all;
  const far = new Map<FolderSessions, SearchProgress>();
  const { answers, problems } = await askFolders(folders, async folder => {
    if (text === '') return newest(folder);
    const host = await folder.host();
    const page = await host.search(text, {
      ...{ limit: SHOWN, signal },
      onProgress: progress => {
        far.set(folder, progress);
        const items = [...far].flatMap(([each, page]) => datedItems(each, page));
        const left = progressNote([...far.values()]);
        if (left !== undefined) show([...newestItems(items, folders.length), left]);
      },
    });
    far.set(folder, { ...page, searched: 0, total: 0, learned: 0 });
    return datedItems(folder, page);
  });
  const items = newestItems(answers.flat(), folders.length);
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

function newestItems(dated: readonly Dated[], folders: number): HitItem[] {
  return dated
    .toSorted((a, b) => b.startTime.getTime() - a.startTime.getTime())
    .slice(0, SHOWN)
    .map(({ item, folder }) =>
      folders === 1 ? item : { ...item, description: `${item.description ?? ''} · ${folder.name}` },
    );
}

/** How far searches are that have to read sessions; `undefined` when none has to. */
function progressNote(searches: readonly SearchProgress[]): HitItem | undefined {
  const reading = searches.filter(({ learned }) => learned > 0);
  if (reading.length === 0) return undefined;
  const sum = (of: (search: SearchProgress) => number): number =>
    reading.reduce((total, search) => total + of(search), 0);
  const far = firstReadingText(
    sum(({ searched }) => searched),
    sum(({ total }) => total),
  );
  const text = vscode.l10n.t('{0}. The next search is quick.', far);
  return note('loading~spin', text);
}

function isSame(a: PickedHit, b: PickedHit | undefined): boolean {
  return a.folder === b?.folder && a.sessionId === b.sessionId && a.taskId === b.taskId;
}

function datedItems(
  folder: FolderSessions,
  { hits, sessions }: Pick<SearchPage, 'hits' | 'sessions'>,
): Dated[] {
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
