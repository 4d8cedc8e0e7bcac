import * as vscode from 'vscode';
import { invalidInput } from '../../core/errors.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { pathIn } from '../folders/pathIn.ts';
import { type Arguments, type Call, requiredText } from './call.ts';

/** What a line comes from; `exact`: the line itself, not only the file. */
export interface LineTrace {
  readonly taskId: string;
  readonly sessionId: string;
  readonly exact: boolean;
}

interface Place {
  readonly folder: FolderSessions;
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** From 0. */
  readonly line: number;
  /** What the editor has, saved or not. */
  readonly text: string | undefined;
}

/**
 * `showTaskForLine({path, line})` (an absolute path, lines from 1) resolves with what the line comes from, `null` for no task; by
 * hand it opens the page of the task that the cursor's line comes from.
 */
export async function showTaskForLine(app: App, { args }: Call): Promise<LineTrace | null | undefined> {
  const place = args === undefined ? placeOfCursor(app) : placeOf(app, args);
  const { traces } = await place.folder.host();
  const { lines, tasks, note } = await traces.ofFile(place.path, place.text);
  const id = lines === null ? tasks[0]?.task.id : (lines[place.line] ?? undefined);
  const found = tasks.find(({ task }) => task.id === id);
  if (args !== undefined)
    return found === undefined
      ? null
      : { taskId: found.task.id, sessionId: found.task.sessionId, exact: lines !== null };
  if (found === undefined) {
    const nothing = vscode.l10n.t('This line comes from no task.');
    void vscode.window.showInformationMessage(note === null ? nothing : `${nothing} ${note}`);
    return undefined;
  }
  app.folders.markUsed(place.folder);
  await app.documents.show(place.folder, found.task.id);
  if (lines === null && note !== null) vscode.window.setStatusBarMessage(note, 10_000);
  return undefined;
}

function placeOfCursor(app: App): Place {
  const editor = vscode.window.activeTextEditor;
  const place =
    editor &&
    placeIn(app, editor.document.uri.fsPath, editor.selection.active.line, editor.document.getText());
  if (editor?.document.uri.scheme === 'file' && place !== undefined) return place;
  throw invalidInput(
    'path',
    vscode.l10n.t('Open a file of the workspace first, and put the cursor on a line.'),
  );
}

function placeOf(app: App, args: Arguments): Place {
  const path = requiredText(args, 'path');
  const line = args['line'] ?? 1;
  if (typeof line !== 'number' || !Number.isInteger(line) || line < 1)
    throw invalidInput('line', 'line is a whole number from 1 on.');
  const place = placeIn(app, path, line - 1, undefined);
  if (place === undefined)
    throw invalidInput('path', 'path is the absolute path of a file in the workspace.');
  return place;
}

function placeIn(app: App, file: string, line: number, text: string | undefined): Place | undefined {
  const folder = app.folders.containing(file);
  return folder && { folder, path: pathIn(folder, file), line, text };
}
