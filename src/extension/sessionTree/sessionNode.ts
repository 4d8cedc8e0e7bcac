import * as vscode from 'vscode';
import type { Disposable } from '../../core/disposable.ts';
import type { SessionMetadata } from '../../core/session.ts';
import { type AgentTask, isFinished } from '../../core/task.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { sessionIcon } from '../show/icons.ts';
import { countText } from '../show/numberText.ts';
import { sessionLook, sessionProgress, sessionStatusText, sessionTitle } from '../show/sessionWords.ts';
import { sessionTooltip } from '../show/tooltips.ts';
import { LoadMoreNode } from './loadMoreNode.ts';
import { MessageNode } from './messageNode.ts';
import { TaskNode } from './taskNode.ts';
import { ChildNodes, type TreeNode } from './treeNode.ts';

const TASK_PAGE = 100;

/** A session; its tasks are read when it is expanded, newest first, and followed until it is collapsed. */
export class SessionNode implements TreeNode {
  readonly kind = 'session';
  readonly id: string;
  readonly parent: TreeNode;
  readonly folder: FolderSessions;
  readonly #isCurrent: boolean;
  readonly #refresh: (node: TreeNode) => void;
  readonly #tasks = new ChildNodes<TaskNode>();
  #session: SessionMetadata;
  #hold: Promise<Disposable> | undefined;
  #problem: MessageNode | undefined;
  #shown = TASK_PAGE;

  constructor(
    parent: TreeNode,
    folder: FolderSessions,
    session: SessionMetadata,
    options: { readonly isCurrent: boolean; readonly refresh: (node: TreeNode) => void },
  ) {
    // Another id as the current one: it is to be expanded although the person may have collapsed it elsewhere.
    this.id = `${parent.id}/${session.sessionId}`;
    this.parent = parent;
    this.folder = folder;
    this.#session = session;
    this.#isCurrent = options.isCurrent;
    this.#refresh = options.refresh;
  }

  get session(): SessionMetadata {
    this.#session = this.folder.find(this.#session.sessionId) ?? this.#session;
    return this.#session;
  }

  task(taskId: string): TaskNode | undefined {
    return this.#tasks.get(`${taskId}/open`) ?? this.#tasks.get(taskId);
  }

  item(): vscode.TreeItem {
    const { session } = this;
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const title = sessionTitle(session);
    const look = sessionLook(session, this.folder.states.get(session.sessionId));
    const tags = session.tags.map(tag => `#${tag}`);
    const item = new vscode.TreeItem(title, this.#isCurrent ? Expanded : Collapsed);
    item.id = this.id;
    const mark = session.imported === undefined ? [] : [vscode.l10n.t('imported')];
    item.description = [...mark, sessionProgress(session), ...tags].join(' · ');
    item.iconPath = sessionIcon(look);
    item.tooltip = sessionTooltip(session);
    item.contextValue = this.#flags(session);
    item.accessibilityInformation = {
      label: [title, sessionStatusText(session), item.description].join(', '),
    };
    return item;
  }

  async children(): Promise<TreeNode[]> {
    const { sessionId } = this.#session;
    await (this.#hold ??= this.folder.follow(sessionId));
    const state = this.folder.states.get(sessionId);
    if (state === undefined) {
      this.#problem ??= new MessageNode(
        this,
        'unreadable',
        vscode.l10n.t('The tasks of this session cannot be read. See Show Output for the reason.'),
        'warning',
      );
      return [this.#problem];
    }
    const tasks = new Map<string, AgentTask>();
    for (const task of state.tasks.newestFirst()) {
      if (tasks.size === this.#shown) break;
      tasks.set(task.id, task);
    }
    const nodes = this.#taskNodes(tasks);
    const damage = await this.#damage();
    return [...damage, ...nodes, ...(state.tasks.size > this.#shown ? [this.#loadMore()] : [])];
  }

  collapsed(): void {
    this.#release();
  }

  dispose(): void {
    this.#release();
    this.#tasks.dispose();
  }

  /**
   * What is at work or the newest is shown with its steps. When the next task comes it folds away, as it would be after
   * a reload: another key makes another row, because VS Code keeps a row as the person left it.
   */
  #taskNodes(tasks: ReadonlyMap<string, AgentTask>): TaskNode[] {
    const [newest] = tasks.keys();
    const keys = new Map(
      [...tasks.values()].map(task => {
        const opens = !isFinished(task) || (this.#isCurrent && task.id === newest);
        return [opens ? `${task.id}/open` : task.id, { task, opens }] as const;
      }),
    );
    return this.#tasks.of(keys.keys(), key => {
      const entry = keys.get(key);
      if (entry === undefined) throw new Error(`No task ${key}.`);
      return new TaskNode(this, this.folder, entry.task, entry.opens);
    });
  }

  async #damage(): Promise<MessageNode[]> {
    const sessions = await this.folder.sessions();
    const damage = await sessions.damageOf(this.#session.sessionId).catch(() => []);
    if (damage.length === 0) return [];
    const text = vscode.l10n.t(
      'Records that could not be read: {0}. Everything else is intact. {1}',
      countText(damage.length),
      damage[0]?.problem ?? '',
    );
    return [new MessageNode(this, 'damage', text, 'warning')];
  }

  #loadMore(): LoadMoreNode {
    return new LoadMoreNode(this, () => {
      this.#shown += TASK_PAGE;
      this.#refresh(this);
      return Promise.resolve();
    });
  }

  #release(): void {
    const hold = this.#hold;
    this.#hold = undefined;
    void hold?.then(
      held => {
        // Expanded again in the meantime: the new hold came first, so nothing was closed in between.
        held.dispose();
      },
      () => undefined,
    );
  }

  #flags(session: SessionMetadata): string {
    return [
      'session',
      session.status,
      ...(this.#isCurrent ? ['current'] : ['other']),
      ...(session.pinned ? ['pinned'] : ['unpinned']),
      ...(session.archived ? ['archived'] : ['unarchived']),
      ...(session.imported === undefined ? [] : ['imported']),
    ].join(' ');
  }
}
