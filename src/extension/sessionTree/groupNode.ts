import * as vscode from 'vscode';
import { SessionError } from '../../core/errors.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { DamagedNode } from './damagedNode.ts';
import { LoadMoreNode } from './loadMoreNode.ts';
import { type Group, groupTitle } from './sessionGroups.ts';
import { SessionNode } from './sessionNode.ts';
import { ChildNodes, type TreeNode } from './treeNode.ts';

/** A group of sessions: the current one, the pinned ones, those of a time, the archived ones, the damaged files. */
export class GroupNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode | undefined;
  readonly folder: FolderSessions;
  group: Group;
  readonly #refresh: (node: TreeNode) => void;
  readonly #sessions = new ChildNodes<SessionNode>();
  readonly #damaged = new ChildNodes<DamagedNode>();

  constructor(
    parent: TreeNode | undefined,
    folder: FolderSessions,
    group: Group,
    refresh: (node: TreeNode) => void,
  ) {
    this.id = `${folder.folder.uri.toString()}/${group.kind}`;
    this.parent = parent;
    this.folder = folder;
    this.group = group;
    this.#refresh = refresh;
  }

  session(sessionId: string): SessionNode | undefined {
    return this.#sessions.get(sessionId);
  }

  item(): vscode.TreeItem {
    const { kind } = this.group;
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(groupTitle(this.group), kind === 'current' ? Expanded : Collapsed);
    item.id = this.id;
    item.contextValue = `group ${kind}`;
    return item;
  }

  children(): TreeNode[] {
    const { kind, sessions, damaged, more } = this.group;
    if (kind === 'damaged') {
      const byFile = new Map(damaged.map(file => [file.file, file]));
      return this.#damaged.of(byFile.keys(), file => new DamagedNode(this, required(byFile.get(file))));
    }
    const byId = new Map(sessions.map(session => [session.sessionId, session]));
    const nodes = this.#sessions.of(byId.keys(), id => this.#makeSession(required(byId.get(id))));
    return more === undefined ? nodes : [...nodes, new LoadMoreNode(this, () => this.#loadMore(more))];
  }

  dispose(): void {
    this.#sessions.dispose();
  }

  #makeSession(session: SessionMetadata): SessionNode {
    const isCurrent = this.group.kind === 'current';
    return new SessionNode(this, this.folder, session, { isCurrent, refresh: this.#refresh });
  }

  #loadMore(list: NonNullable<Group['more']>): Promise<void> {
    list.wantMore();
    return this.folder.reload();
  }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new SessionError('not_found', 'It is not listed any more.');
  return value;
}
