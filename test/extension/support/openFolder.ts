import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Emitter } from '../../../src/core/event.ts';
import { nullLogger } from '../../../src/core/logger.ts';
import type { SessionManager } from '../../../src/core/sessionManager.ts';
import { CurrentSessionMemento } from '../../../src/extension/folders/currentSessionMemento.ts';
import { FolderSessions } from '../../../src/extension/folders/folderSessions.ts';
import type { FolderChange } from '../../../src/extension/folders/workspaceFolders.ts';
import type { ShownFolders } from '../../../src/extension/sessionTree/sessionTree.ts';
import { openHost, profileIn } from '../../support/openHost.ts';

const fail = (error: unknown): never => {
  throw error;
};

/** What VS Code keeps with a workspace, in memory. */
export class InMemoryMemento implements vscode.Memento {
  readonly #values = new Map<string, unknown>();

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  get(key: string, fallback?: unknown): never {
    return (this.#values.get(key) ?? fallback) as never;
  }

  update(key: string, value: unknown): Promise<void> {
    this.#values.set(key, value);
    return Promise.resolve();
  }
}

export interface OpenFolder {
  readonly root: string;
  readonly folder: FolderSessions;
  readonly sessions: SessionManager;
  readonly memento: InMemoryMemento;
  readonly shown: ShownFolders;
  /** How many listen to the folder's changes. */
  listenerCount(): number;
  close(): Promise<void>;
}

/** A folder of its own with a real host, as the extension has one for each workspace folder. */
export async function openFolder(
  options: { readonly root?: string; readonly memento?: InMemoryMemento; readonly trusted?: boolean } = {},
): Promise<OpenFolder> {
  const root = options.root ?? (await realpath(await mkdtemp(join(tmpdir(), 'folder-'))));
  const profile = await mkdtemp(join(tmpdir(), 'profile-'));
  const memento = options.memento ?? new InMemoryMemento();
  const trust = () => Promise.resolve(options.trusted ?? true);
  const folder = new FolderSessions({
    folder: { uri: vscode.Uri.file(root), name: 'folder', index: 0 },
    logger: nullLogger,
    openHost: () =>
      openHost(root, profileIn(profile), {
        trust: { isTrusted: trust, requestTrust: trust },
        current: new CurrentSessionMemento(memento, root, nullLogger),
      }),
  });
  const changes = new Emitter<FolderChange>(fail);
  const lists = new Emitter<FolderSessions | undefined>(fail);
  folder.onDidChange(change => changes.fire({ folder, change }));
  folder.onDidChangeList(() => lists.fire(folder));
  const shown = { all: [folder], onDidChange: changes.event, onDidChangeList: lists.event };
  return {
    ...{ root, folder, memento, shown },
    sessions: await folder.sessions(),
    listenerCount: () => changes.listenerCount + lists.listenerCount,
    close: async () => {
      await folder.close();
      await rm(profile, { recursive: true, force: true });
      if (options.root === undefined) await rm(root, { recursive: true, force: true });
    },
  };
}
