import * as vscode from 'vscode';
import type { Disposable } from '../../core/disposable.ts';
import { messageOf } from '../../core/errors.ts';
import type { WorkspaceFolders } from '../folders/workspaceFolders.ts';

const SCHEME = 'coding-agent-checkpoint';

/** Files as they were before and after a task, for the editors of VS Code: read-only, text or not. */
export class CheckpointFiles implements vscode.FileSystemProvider, Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #registration: vscode.Disposable;

  constructor(folders: WorkspaceFolders) {
    this.#folders = folders;
    this.#registration = vscode.workspace.registerFileSystemProvider(SCHEME, this, {
      isReadonly: true,
      isCaseSensitive: true,
    });
  }

  /** The address of a file before or after a task. `path` is relative to the working directory, with `/`. */
  static uri(taskId: string, moment: 'before' | 'after', path: string): vscode.Uri {
    return vscode.Uri.from({ scheme: SCHEME, path: `/${path}`, query: `${moment}=${taskId}` });
  }

  get onDidChangeFile(): vscode.Event<vscode.FileChangeEvent[]> {
    return this.#onDidChangeFile.event;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { length: size } = await this.readFile(uri);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: 0,
      size,
      permissions: vscode.FilePermission.Readonly,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const [moment = '', taskId = ''] = uri.query.split('=');
    if (moment !== 'before' && moment !== 'after') throw vscode.FileSystemError.FileNotFound(uri);
    try {
      const { undo } = await (await this.#folders.withTask(taskId)).host();
      const content = await undo.content(taskId, moment, uri.path.slice(1));
      if (content !== undefined) return content;
    } catch (error) {
      throw vscode.FileSystemError.Unavailable(messageOf(error));
    }
    throw vscode.FileSystemError.FileNotFound(uri);
  }

  readDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.FileNotADirectory(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#onDidChangeFile.dispose();
  }
}
