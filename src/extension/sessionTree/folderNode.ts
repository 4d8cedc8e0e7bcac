import * as vscode from 'vscode';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { GroupNode } from './groupNode.ts';
import { MessageNode } from './messageNode.ts';
import { type Group, sessionGroups } from './sessionGroups.ts';
import type { SessionNode } from './sessionNode.ts';
import { ChildNodes, type TreeNode } from './treeNode.ts';

/** What a refresh has to redraw below a folder. */
export type GroupsChange = 'all' | readonly TreeNode[];

/** A workspace folder: a row of its own only when there are several. */
export class FolderNode implements TreeNode {
  readonly id: string;
  readonly parent = undefined;
  readonly folder: FolderSessions;
  readonly #isShown: boolean;
  readonly #refresh: (node: TreeNode) => void;
  readonly #groups = new ChildNodes<GroupNode>();

  constructor(folder: FolderSessions, isShown: boolean, refresh: (node: TreeNode) => void) {
    this.id = folder.folder.uri.toString();
    this.folder = folder;
    this.#isShown = isShown;
    this.#refresh = refresh;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(this.folder.name, vscode.TreeItemCollapsibleState.Expanded);
    item.id = this.id;
    item.iconPath = new vscode.ThemeIcon('root-folder');
    item.contextValue = 'folder';
    return item;
  }

  async children(): Promise<TreeNode[]> {
    await this.folder.load();
    return [...this.#problems(), ...this.#groupNodes()];
  }

  session(sessionId: string): SessionNode | undefined {
    for (const group of this.#groups.values()) {
      const node = group.session(sessionId);
      if (node !== undefined) return node;
    }
    return undefined;
  }

  /** Takes in the newest lists and says which rows are to be drawn again. */
  update(): GroupsChange {
    const before = new Map([...this.#groups.values()].map(node => [node.group.kind, node.group]));
    const groups = sessionGroups(this.folder, new Date());
    const sameGroups = groups.length === before.size && groups.every(({ kind }) => before.has(kind));
    if (!sameGroups || this.folder.problem !== undefined) return 'all';
    const changed = groups.filter(group => !isSame(group, before.get(group.kind)));
    return this.#groupNodes().filter(node => changed.some(({ kind }) => kind === node.group.kind));
  }

  dispose(): void {
    this.#groups.dispose();
  }

  #groupNodes(): GroupNode[] {
    const groups = new Map(
      sessionGroups(this.folder, new Date()).map(group => [group.kind as string, group]),
    );
    const nodes = this.#groups.of(groups.keys(), kind => {
      const group = groups.get(kind);
      if (group === undefined) throw new Error(`No group ${kind}.`);
      return new GroupNode(this.#isShown ? this : undefined, this.folder, group, this.#refresh);
    });
    for (const node of nodes) node.group = groups.get(node.group.kind) ?? node.group;
    return nodes;
  }

  #problems(): TreeNode[] {
    const { problem } = this.folder;
    if (problem === undefined) return [];
    return [new MessageNode(this.#isShown ? this : undefined, 'problem', problem, 'warning')];
  }
}

/** Whether two states of a group look the same, the sessions' own rows aside. */
function isSame(a: Group, b: Group | undefined): boolean {
  return (
    b !== undefined &&
    a.count === b.count &&
    a.more === b.more &&
    a.sessions.length === b.sessions.length &&
    a.sessions.every((session, index) => session.sessionId === b.sessions[index]?.sessionId) &&
    a.damaged.length === b.damaged.length &&
    a.damaged.every((file, index) => file.file === b.damaged[index]?.file)
  );
}
