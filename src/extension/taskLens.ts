import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../core/disposable.ts';
import { inertLine } from '../core/inertText.ts';
import { CommandId, SettingId } from './contributionIds.ts';
import { pathIn } from './folders/pathIn.ts';
import type { WorkspaceFolders } from './folders/workspaceFolders.ts';
import { plainLabel } from './show/plainLabel.ts';

const LONGEST = 60;
/** What changes which task a file comes from. */
const TELLING = new Set(['filesChanged', 'taskCompleted', 'taskFailed', 'taskUndone']);

/** Above a file, the task that changed it last. Can be switched off; nothing is read before sessions are known. */
export class TaskLens implements vscode.CodeLensProvider, Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #scope = new DisposableList();
  readonly #changed: vscode.EventEmitter<void>;

  constructor(folders: WorkspaceFolders) {
    this.#folders = folders;
    this.#changed = this.#scope.add(new vscode.EventEmitter<void>());
    this.#scope.add(vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this));
    this.#scope.add(
      folders.onDidChange(({ change }) => {
        if (change.kind === 'records' && change.records.some(({ event }) => TELLING.has(event.type)))
          this.#changed.fire();
      }),
    );
    this.#scope.add(
      folders.onDidChangeList(() => {
        this.#changed.fire();
      }),
    );
    this.#scope.add(
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration(SettingId.codeLens)) this.#changed.fire();
      }),
    );
  }

  get onDidChangeCodeLenses(): vscode.Event<void> {
    return this.#changed.event;
  }

  async provideCodeLenses({ uri }: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (vscode.workspace.getConfiguration().get<unknown>(SettingId.codeLens) !== true) return [];
    const folder = this.#folders.containing(uri.fsPath);
    if (folder === undefined || folder.all.rows.length === 0) return [];
    try {
      const [newest] = await (await folder.host()).traces.tasksOf(pathIn(folder, uri.fsPath));
      if (newest === undefined) return [];
      const { task } = newest;
      const text = inertLine(task.description);
      const title = text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
      const date = (task.endedAt ?? task.updatedAt).toLocaleString(vscode.env.language, {
        dateStyle: 'medium',
        timeStyle: 'short',
      });
      const command = {
        title: plainLabel(vscode.l10n.t('Changed by “{0}”, {1}', title, date)),
        command: CommandId.showTask,
        arguments: [{ taskId: task.id }],
      };
      return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), command)];
    } catch {
      // What is wrong with the sessions is told where they are shown.
      return [];
    }
  }

  dispose(): void {
    this.#scope.dispose();
  }
}
