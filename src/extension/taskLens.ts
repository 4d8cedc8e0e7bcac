import * as vscode from 'vscode';
import { regionMarks } from '../core/blame/regionMarks.ts';
import { type Disposable, DisposableList } from '../core/disposable.ts';
import type { AgentTask } from '../core/task.ts';
import { CommandId, SettingId } from './contributionIds.ts';
import type { FolderSessions } from './folders/folderSessions.ts';
import { pathIn } from './folders/pathIn.ts';
import type { FolderChange, WorkspaceFolders } from './folders/workspaceFolders.ts';
import { DocumentMarks, type Mark } from './documentMarks.ts';
import { plainLabel } from './show/plainLabel.ts';
import { shortLine } from './show/taskWords.ts';

/** What changes which task the lines of any file come from. */
const TELLING = new Set(['taskCompleted', 'taskFailed', 'taskUndone']);
/** Tasks that are named above one line. */
const NAMED = 2;

/**
 * Above each region of a file, the task that changed it last. What was found moves with what the person types and is looked
 * for again when they save, when the file changes on the disk, and when tasks end. Can be switched off.
 */
export class TaskLens implements vscode.CodeLensProvider, Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #scope = new DisposableList();
  readonly #changed: vscode.EventEmitter<void>;
  readonly #documents = new Map<string, DocumentMarks>();

  constructor(folders: WorkspaceFolders) {
    this.#folders = folders;
    this.#changed = this.#scope.add(new vscode.EventEmitter<void>());
    this.#scope.add(vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this));
    const { workspace } = vscode;
    for (const subscription of [
      folders.onDidChange(change => {
        this.#follow(change);
      }),
      folders.onDidChangeList(() => {
        this.#lookAgain();
      }),
      workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration(SettingId.codeLens)) this.#lookAgain();
      }),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        this.#documents.get(document.uri.toString())?.edit(contentChanges);
      }),
      workspace.onDidSaveTextDocument(({ uri }) => {
        if (this.#documents.get(uri.toString())?.edited === true) this.#changed.fire();
      }),
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.#documents.delete(uri.toString());
      }),
    ])
      this.#scope.add(subscription);
  }

  get onDidChangeCodeLenses(): vscode.Event<void> {
    return this.#changed.event;
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (vscode.workspace.getConfiguration().get<unknown>(SettingId.codeLens) !== true) return [];
    const folder = this.#folders.containing(document.uri.fsPath);
    if (folder === undefined || folder.all.rows.length === 0) return [];
    const key = document.uri.toString();
    let known = this.#documents.get(key);
    if (known?.areCurrent(document.isDirty) !== true) known = new DocumentMarks(findMarks(folder, document));
    this.#documents.set(key, known);
    try {
      return (await known.marks()).flatMap(lensesOf);
    } catch {
      // What is wrong with the sessions is told where they are shown.
      if (this.#documents.get(key) === known) this.#documents.delete(key);
      return [];
    }
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #follow({ folder, change }: FolderChange): void {
    if (change.kind !== 'records') return;
    if (change.records.some(({ event }) => TELLING.has(event.type))) this.#lookAgain();
    const files = change.records.flatMap(({ event }) =>
      event.type === 'filesChanged' ? event.data.changes : [],
    );
    const workingDirectory = files.length > 0 && folder.find(change.sessionId)?.workingDirectory;
    if (typeof workingDirectory !== 'string') return;
    const base = vscode.Uri.file(workingDirectory);
    const uris = files.map(({ path }) => vscode.Uri.joinPath(base, path));
    if (uris.some(uri => this.#documents.has(uri.toString()))) this.#lookAgain(uris);
  }

  /** In these files or in all; where the person types, when they save. */
  #lookAgain(uris?: readonly vscode.Uri[]): void {
    const keys = uris?.map(String) ?? [...this.#documents.keys()];
    for (const key of keys) this.#documents.get(key)?.outdate();
    this.#changed.fire();
  }
}

async function findMarks(folder: FolderSessions, document: vscode.TextDocument): Promise<readonly Mark[]> {
  const path = pathIn(folder, document.uri.fsPath);
  const text = document.getText();
  const { traces } = await folder.host();
  // Most files are no task's: that is known without their contents.
  const [newest] = await traces.tasksOf(path);
  const { tasks, lines } = newest === undefined ? { tasks: [], lines: [] } : await traces.ofFile(path, text);
  const [last] = tasks;
  if (lines === null) return last === undefined ? [] : [{ line: 0, tasks: [last.task], isWhole: true }];
  const byId = new Map(tasks.map(({ task }) => [task.id, task]));
  return regionMarks(lines, text.split('\n')).map(({ line, taskIds }) => ({
    line,
    tasks: taskIds.flatMap(id => byId.get(id) ?? []).sort((a, b) => +endOf(b) - +endOf(a)),
    isWhole: false,
  }));
}

function lensesOf({ line, tasks, isWhole }: Mark): vscode.CodeLens[] {
  const { l10n } = vscode;
  const range = new vscode.Range(line, 0, line, 0);
  const lenses = tasks.slice(0, NAMED).map(task => {
    const date = endOf(task).toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
    const text = shortLine(task.description);
    const title = isWhole
      ? l10n.t('File last changed by “{0}”, {1}', text, date)
      : l10n.t('Changed by “{0}”, {1}', text, date);
    const args = [{ taskId: task.id }];
    return new vscode.CodeLens(range, {
      title: plainLabel(title),
      command: CommandId.showTask,
      arguments: args,
    });
  });
  const more = tasks.length - lenses.length;
  if (more > 0) lenses.push(new vscode.CodeLens(range, { title: l10n.t('and {0} more', more), command: '' }));
  return lenses;
}

function endOf(task: AgentTask): Date {
  return task.endedAt ?? task.updatedAt;
}
