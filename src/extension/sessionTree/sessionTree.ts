import * as vscode from 'vscode';
import { type Disposable, DisposableList, toDisposable } from '../../core/disposable.ts';
import type { SessionChange } from '../../core/sessionChange.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { isSilentEvent } from '../folders/visibleChange.ts';
import type { FolderChange, WorkspaceFolders } from '../folders/workspaceFolders.ts';
import { FolderNode } from './folderNode.ts';
import type { SessionNode } from './sessionNode.ts';
import { ChildNodes, type TreeNode } from './treeNode.ts';

const FRAME_MS = 16;
/** Events that change a task's row or what is below it, and nothing else. */
const TASK_EVENTS = new Set<string>([
  ...['agentSelected', 'planCreated', 'planRevised', 'stepChanged', 'filesChanged', 'taskUndone'],
  ...['cancelRequested', 'commitMade', 'usageReported', 'taskAwaited'],
]);

/** The folders whose sessions a tree shows. */
export type ShownFolders = Pick<WorkspaceFolders, 'all' | 'onDidChange' | 'onDidChangeList'>;

/** Calls back once, with the next frame, unless that is disposed before. */
export type NextFrame = (draw: () => void) => Disposable;

const nextFrame: NextFrame = draw => {
  const timer = setTimeout(draw, FRAME_MS);
  return toDisposable(() => {
    clearTimeout(timer);
  });
};

/** The data of the sessions view. What changes is redrawn one node at a time, at most once a frame. */
export class SessionTree implements vscode.TreeDataProvider<TreeNode>, Disposable {
  readonly #folders: ShownFolders;
  readonly #nextFrame: NextFrame;
  readonly #scope = new DisposableList();
  readonly #onDidChangeTreeData = new vscode.EventEmitter<TreeNode | undefined>();
  readonly #folderNodes = new ChildNodes<FolderNode>();
  readonly #dirty = new Set<TreeNode | undefined>();
  #frame: Disposable | undefined;

  constructor(folders: ShownFolders, inNextFrame = nextFrame) {
    this.#folders = folders;
    this.#nextFrame = inNextFrame;
    this.#scope.add(this.#onDidChangeTreeData);
    this.#scope.add(
      folders.onDidChange(change => {
        this.#note(change);
      }),
    );
    this.#scope.add(
      folders.onDidChangeList(folder => {
        this.#noteList(folder);
      }),
    );
  }

  get onDidChangeTreeData(): vscode.Event<TreeNode | undefined> {
    return this.#onDidChangeTreeData.event;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return node.item();
  }

  async resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
    const tooltip = await node.tooltip?.();
    if (tooltip !== undefined) item.tooltip = tooltip;
    return item;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node !== undefined) return [...(await node.children())];
    const folders = this.#nodes();
    if (folders.length > 1) return folders;
    return (await folders[0]?.children()) ?? [];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  /** The row of a session, once it was drawn. */
  find(sessionId: string): SessionNode | undefined {
    for (const folder of this.#folderNodes.values()) {
      const node = folder.session(sessionId);
      if (node !== undefined) return node;
    }
    return undefined;
  }

  /** Redraws a row and what is below it; without one, everything. */
  refresh(node?: TreeNode): void {
    this.#dirty.add(node);
    this.#frame ??= this.#nextFrame(() => {
      this.#frame = undefined;
      this.#flush();
    });
  }

  dispose(): void {
    this.#frame?.dispose();
    this.#frame = undefined;
    this.#folderNodes.dispose();
    this.#scope.dispose();
  }

  #nodes(): FolderNode[] {
    const folders = new Map(this.#folders.all.map(folder => [folder.folder.uri.toString(), folder]));
    const several = folders.size > 1;
    return this.#folderNodes.of(folders.keys(), key => {
      const folder = folders.get(key);
      if (folder === undefined) throw new Error(`No folder ${key}.`);
      return new FolderNode(folder, several, node => {
        this.refresh(node);
      });
    });
  }

  #note({ change }: FolderChange): void {
    if (change.kind === 'paused') this.#refreshTask(change.sessionId, change.taskId);
    if (change.kind === 'records') this.#noteRecords(change);
  }

  #noteRecords({ sessionId, records }: Extract<SessionChange, { kind: 'records' }>): void {
    for (const { event } of records) {
      if (isSilentEvent(event.type)) continue;
      const taskId = TASK_EVENTS.has(event.type) ? taskIdOf(event.data) : undefined;
      if (taskId !== undefined) this.#refreshTask(sessionId, taskId);
      else this.#refreshSession(sessionId);
    }
  }

  #refreshSession(sessionId: string): void {
    const node = this.find(sessionId);
    if (node !== undefined) this.refresh(node);
  }

  #refreshTask(sessionId: string, taskId: string): void {
    const node = this.find(sessionId)?.task(taskId);
    if (node !== undefined) this.refresh(node);
  }

  #noteList(folder: FolderSessions | undefined): void {
    const node = folder && this.#folderNodes.get(folder.folder.uri.toString());
    if (folder === undefined) this.#folderNodes.dispose();
    const change = node?.update() ?? 'all';
    if (change === 'all') this.refresh();
    else for (const changed of change) this.refresh(changed);
  }

  #flush(): void {
    const dirty = new Set(this.#dirty);
    this.#dirty.clear();
    if (dirty.has(undefined)) {
      this.#onDidChangeTreeData.fire(undefined);
      return;
    }
    for (const node of dirty) {
      if (node !== undefined && !hasAncestorIn(node, dirty)) this.#onDidChangeTreeData.fire(node);
    }
  }
}

function hasAncestorIn(node: TreeNode, nodes: ReadonlySet<TreeNode | undefined>): boolean {
  for (let parent = node.parent; parent !== undefined; parent = parent.parent) {
    if (nodes.has(parent)) return true;
  }
  return false;
}

function taskIdOf(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('taskId' in data)) return undefined;
  return typeof data.taskId === 'string' ? data.taskId : undefined;
}
