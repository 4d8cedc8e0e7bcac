import * as vscode from 'vscode';
import { DisposableList } from '../../core/disposable.ts';
import type { App } from '../app.ts';
import { reportError } from '../reportError.ts';
import { countText } from '../show/numberText.ts';
import type { ChosenSession } from './chosen.ts';
import { type OfferedSessions, type PickedSession, type SessionItem, sessionItems } from './sessionItems.ts';
import { tellOfWait } from './tellOfWait.ts';

const TYPING_MS = 120;

export interface SessionPickerOptions extends OfferedSessions {
  readonly title: string;
  readonly placeholder: string;
  /** Said in its place when there is nothing to choose from. */
  readonly nothing?: string;
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
    const wait = tellOfWait(app.folders, waiting => {
      if (turn === asked) addNote(picker, waiting);
    });
    try {
      const { items, total } = await sessionItems(app.folders.all, options, words);
      if (turn !== asked) return;
      const sessions = items.filter(({ target }) => target !== undefined);
      picker.title = titleOf(options.title, sessions.length, total);
      picker.items = items;
      if (words === '' && items.length === 0) picker.placeholder = options.nothing ?? options.placeholder;
      const first = sessions.find(
        ({ target }) => target?.session.sessionId !== target?.folder.current?.sessionId,
      );
      if (words === '' && first !== undefined) picker.activeItems = [first];
    } catch (error) {
      picker.hide();
      reportError(error);
    } finally {
      wait.dispose();
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
        const { target } = picker.selectedItems[0] ?? picker.activeItems[0] ?? {};
        if (target === undefined) return;
        resolve(target);
        picker.hide();
      }),
    );
    scope.add(
      picker.onDidHide(() => {
        clearTimeout(timer);
        asked++;
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

/** How many are shown is said where it is seen without going to the end of them. */
function titleOf(title: string, shown: number, total: number): string {
  if (shown >= total) return title;
  return vscode.l10n.t('{0}: the newest {1} of {2}', title, countText(shown), countText(total));
}

/** Says something below what was found before; whoever is about to choose that stays where he is. */
function addNote(picker: vscode.QuickPick<SessionItem>, note: SessionItem): void {
  const { activeItems } = picker;
  picker.keepScrollPosition = true;
  picker.items = [...picker.items.filter(({ target }) => target !== undefined), note];
  picker.activeItems = activeItems.filter(({ target }) => target !== undefined);
  picker.keepScrollPosition = false;
}
