import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import type { WorkspaceFolders } from '../folders/workspaceFolders.ts';
import { readingText } from '../show/readingText.ts';
import { note, type PickerNote } from './pickerNote.ts';

/** A list that takes longer than this is worth a word. */
const PATIENCE_MS = 500;

/** Tells, until the result is disposed, what a list of sessions is waited for, and how far that is. */
export function tellOfWait(
  folders: Pick<WorkspaceFolders, 'all' | 'onDidWork'>,
  tell: (note: PickerNote) => void,
): Disposable {
  const scope = new DisposableList();
  const say = (): void => {
    const text = readingText(folders.all) ?? vscode.l10n.t('Looking which sessions there are');
    tell(note('loading~spin', text));
  };
  const timer = setTimeout(say, PATIENCE_MS);
  scope.add({
    dispose: () => {
      clearTimeout(timer);
    },
  });
  scope.add(folders.onDidWork(say));
  if (readingText(folders.all) !== undefined) say();
  return scope;
}
