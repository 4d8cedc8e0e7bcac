import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import { SessionError } from '../../core/errors.ts';
import { Emitter, type Event } from '../../core/event.ts';
import type { Logger } from '../../core/logger.ts';
import type { OnLongWork } from '../../core/longWork.ts';
import type { SessionChange } from '../../core/sessionChange.ts';
import type { Host } from '../../host/host.ts';
import { FolderSessions } from './folderSessions.ts';

export interface FolderChange {
  readonly folder: FolderSessions;
  readonly change: SessionChange;
}

export interface WorkspaceFoldersOptions {
  readonly openHost: (folder: vscode.WorkspaceFolder, onLongWork: OnLongWork) => Promise<Host>;
  readonly logger: Logger;
}

/** The folders of this window that can have sessions: those on this machine's disk. Owns one `FolderSessions` each. */
export class WorkspaceFolders implements Disposable {
  readonly #options: WorkspaceFoldersOptions;
  readonly #scope = new DisposableList();
  readonly #folders = new Map<string, { readonly sessions: FolderSessions; readonly scope: Disposable }>();
  readonly #onDidChange: Emitter<FolderChange>;
  readonly #onDidChangeList: Emitter<FolderSessions | undefined>;
  readonly #onDidWork: Emitter<FolderSessions>;
  #lastUsed: FolderSessions | undefined;

  constructor(options: WorkspaceFoldersOptions) {
    this.#options = options;
    const onError = (error: unknown): void => {
      options.logger.error('A listener failed.', error);
    };
    this.#onDidChange = this.#scope.add(new Emitter(onError));
    this.#onDidChangeList = this.#scope.add(new Emitter(onError));
    this.#onDidWork = this.#scope.add(new Emitter(onError));
    this.#scope.add(
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.#readFolders();
        this.#onDidChangeList.fire(undefined);
      }),
    );
    this.#readFolders();
  }

  get all(): readonly FolderSessions[] {
    return [...this.#folders.values()].map(({ sessions }) => sessions);
  }

  /** All that happens to the sessions of all folders. */
  get onDidChange(): Event<FolderChange> {
    return this.#onDidChange.event;
  }

  /** A folder's lists or its current session changed; `undefined`: folders came or went. */
  get onDidChangeList(): Event<FolderSessions | undefined> {
    return this.#onDidChangeList.event;
  }

  /** How far work over many sessions of a folder is has changed. */
  get onDidWork(): Event<FolderSessions> {
    return this.#onDidWork.event;
  }

  /** The folder that is meant when nobody says: the one used last, the active editor's, the first. */
  get active(): FolderSessions | undefined {
    const editor = vscode.window.activeTextEditor?.document.uri;
    const opened = editor && this.#folderOf(vscode.workspace.getWorkspaceFolder(editor)?.uri);
    return this.#lastUsed ?? opened ?? this.all[0];
  }

  /** The folder that is meant when nobody says; rejects where there is none. */
  requireActive(): FolderSessions {
    const { active } = this;
    if (active !== undefined) return active;
    throw new SessionError(
      'invalid_input',
      vscode.l10n.t('Open a folder first: sessions are kept in the folder that they work on.'),
      { field: 'folder' },
    );
  }

  markUsed(folder: FolderSessions): void {
    if (this.#lastUsed === folder) return;
    this.#lastUsed = folder;
    this.#onDidChangeList.fire(folder);
  }

  /** The folder that `path` is in. */
  containing(path: string): FolderSessions | undefined {
    return this.#folderOf(vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path))?.uri);
  }

  /** The folder that has a session; the active one when none does, which then says so. */
  async withSession(sessionId: string): Promise<FolderSessions> {
    const active = this.requireActive();
    const candidates = [active, ...this.all.filter(folder => folder !== active)];
    const shown = candidates.find(folder => folder.find(sessionId) !== undefined);
    if (shown !== undefined || candidates.length === 1) return shown ?? active;
    return this.#first(candidates, async folder => (await folder.sessions()).getSession(sessionId));
  }

  /** The folder that has a task; the active one when none does, which then says so. */
  async withTask(taskId: string): Promise<FolderSessions> {
    const active = this.requireActive();
    const candidates = [active, ...this.all.filter(folder => folder !== active)];
    if (candidates.length === 1) return active;
    return this.#first(candidates, async folder => (await folder.sessions()).getTask(taskId));
  }

  /** Resolves when everything of every folder is written. */
  async close(): Promise<void> {
    const folders = this.all;
    this.dispose();
    await Promise.all(folders.map(folder => folder.close()));
  }

  dispose(): void {
    for (const { scope } of this.#folders.values()) scope.dispose();
    this.#folders.clear();
    this.#scope.dispose();
  }

  async #first(
    candidates: readonly FolderSessions[],
    has: (folder: FolderSessions) => Promise<unknown>,
  ): Promise<FolderSessions> {
    for (const folder of candidates) {
      const found = await has(folder).then(
        () => true,
        () => false,
      );
      if (found) return folder;
    }
    return this.requireActive();
  }

  #folderOf(uri: vscode.Uri | undefined): FolderSessions | undefined {
    return uri && this.#folders.get(uri.toString())?.sessions;
  }

  #readFolders(): void {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const keys = new Set(folders.map(({ uri }) => uri.toString()));
    for (const [key, { sessions, scope }] of this.#folders) {
      if (keys.has(key)) continue;
      this.#folders.delete(key);
      if (this.#lastUsed === sessions) this.#lastUsed = undefined;
      scope.dispose();
    }
    for (const folder of folders) {
      const key = folder.uri.toString();
      if (!this.#folders.has(key)) this.#folders.set(key, this.#open(folder));
    }
  }

  #open(folder: vscode.WorkspaceFolder): { sessions: FolderSessions; scope: Disposable } {
    const scope = new DisposableList();
    const sessions = scope.add(
      new FolderSessions({
        folder,
        logger: this.#options.logger,
        openHost: onLongWork => this.#options.openHost(folder, onLongWork),
      }),
    );
    scope.add(
      sessions.onDidChange(change => {
        this.#onDidChange.fire({ folder: sessions, change });
      }),
    );
    scope.add(
      sessions.onDidChangeList(() => {
        this.#onDidChangeList.fire(sessions);
      }),
    );
    scope.add(
      sessions.onDidWork(() => {
        this.#onDidWork.fire(sessions);
      }),
    );
    return { sessions, scope };
  }
}
