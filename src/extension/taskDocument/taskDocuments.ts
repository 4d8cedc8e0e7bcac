import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import { messageOf } from '../../core/errors.ts';
import { inertLine, inertText } from '../../core/inertText.ts';
import type { ProposedChange } from '../../workspace/proposedChange.ts';
import type { ToolCall } from '../../core/toolCall.ts';
import { QUESTION_LANGUAGE, QUESTION_SCHEME } from '../contributionIds.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import type { WorkspaceFolders } from '../folders/workspaceFolders.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { questionSubject } from '../show/taskWords.ts';
import { taskPage } from './taskPage.ts';

const TASK_SCHEME = 'coding-agent-task';
const REPORT_SCHEME = 'coding-agent-report';

/** The task whose page this is. */
export function taskIdOfPage(uri: vscode.Uri | undefined): string | undefined {
  return uri?.scheme === TASK_SCHEME ? uri.query : undefined;
}

/** Read-only pages: a task, the whole text that a question asks about, and reports. */
export class TaskDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #scope = new DisposableList();
  readonly #onDidChange = new vscode.EventEmitter<vscode.Uri>();
  readonly #questions = new Map<string, string>();
  readonly #reports = new Map<string, string>();

  constructor(folders: WorkspaceFolders) {
    this.#folders = folders;
    this.#scope.add(this.#onDidChange);
    const provider = vscode.workspace.registerTextDocumentContentProvider;
    this.#scope.add(provider(TASK_SCHEME, this));
    this.#scope.add(
      provider(QUESTION_SCHEME, {
        provideTextDocumentContent: uri => this.#questions.get(uri.query) ?? '',
      }),
    );
    this.#scope.add(
      provider(REPORT_SCHEME, { provideTextDocumentContent: uri => this.#reports.get(uri.query) ?? '' }),
    );
    this.#scope.add(
      folders.onDidChange(({ change }) => {
        if (change.kind === 'records') this.#refresh(change.sessionId);
      }),
    );
  }

  get onDidChange(): vscode.Event<vscode.Uri> {
    return this.#onDidChange.event;
  }

  async show(folder: FolderSessions, taskId: string): Promise<void> {
    // Rejects for an unknown id before anything opens.
    const { task } = await (await folder.sessions()).getTask(taskId);
    const uri = vscode.Uri.from({
      scheme: TASK_SCHEME,
      path: `/${fileName(task.description)}.md`,
      query: taskId,
    });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** Shows all that a question asks about, beside what the person has open. */
  async showQuestion(call: ToolCall): Promise<void> {
    const key = call.approvalId ?? call.id;
    this.#questions.set(key, inertText(questionSubject(call)));
    const path = `/${vscode.l10n.t('Question')}`;
    const uri = vscode.Uri.from({ scheme: QUESTION_SCHEME, path, query: key });
    const document = await vscode.workspace.openTextDocument(uri);
    const wrapped = await vscode.languages.setTextDocumentLanguage(document, QUESTION_LANGUAGE);
    await vscode.window.showTextDocument(wrapped, { preview: true, preserveFocus: true });
  }

  /** Shows what a question would change as a comparison, beside what the person has open. */
  async showChange(call: ToolCall, { path, before, after, isWhole }: ProposedChange): Promise<void> {
    const side = (name: 'before' | 'after', text: string): vscode.Uri => {
      const query = `${call.approvalId ?? call.id}/${name}`;
      this.#questions.set(query, inertText(text));
      return vscode.Uri.from({ scheme: QUESTION_SCHEME, path: `/${path}`, query });
    };
    const name = plainLabel(inertLine(path));
    const title = isWhole
      ? vscode.l10n.t('{0} (now ↔ asked for)', name)
      : vscode.l10n.t('{0} (the lines that are asked about)', name);
    const options = { preview: true, preserveFocus: true };
    await vscode.commands.executeCommand(
      'vscode.diff',
      side('before', before),
      side('after', after),
      title,
      options,
    );
  }

  /** Shows a page of markdown that was made once. */
  async showReport(title: string, text: string): Promise<void> {
    const query = `${this.#reports.size + 1}`;
    this.#reports.set(query, text);
    const uri = vscode.Uri.from({ scheme: REPORT_SCHEME, path: `/${fileName(title)}.md`, query });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    try {
      const folder = await this.#folders.withTask(uri.query);
      const sessions = await folder.sessions();
      const details = await sessions.getTask(uri.query);
      const { task } = details;
      const isOpen = task.type === 'code' && task.status === 'completed' && task.verification === null;
      const offers = isOpen ? await sessions.verificationCandidates(task.id) : [];
      return taskPage(details, await sessions.getSession(task.sessionId), offers);
    } catch (error) {
      return inertText(messageOf(error));
    }
  }

  dispose(): void {
    this.#scope.dispose();
  }

  /** Pages that are open follow their session. */
  #refresh(sessionId: string): void {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme === TASK_SCHEME && uri.query.startsWith(`task-${sessionId.slice(0, 8)}-`))
        this.#onDidChange.fire(uri);
    }
  }
}

/** A tab's title: letters, digits and spaces of the text. */
function fileName(text: string): string {
  const name = text
    .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return name.slice(0, 40).trim() || 'task';
}
