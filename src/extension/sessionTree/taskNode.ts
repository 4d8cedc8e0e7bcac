import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { VerificationCandidate } from '../../core/ports.ts';
import { type AgentTask, isFinished } from '../../core/task.ts';
import type { ToolCall } from '../../core/toolCall.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { taskIcon } from '../show/icons.ts';
import { openQuestion } from '../../core/waitingTask.ts';
import { taskTooltip } from '../show/tooltips.ts';
import { taskDescription, taskStatusText } from '../show/taskWords.ts';
import { ChangesNode } from './changesNode.ts';
import { MessageNode } from './messageNode.ts';
import { QuestionNode } from './questionNode.ts';
import { StepNode } from './stepNode.ts';
import { ChildNodes, type TreeNode } from './treeNode.ts';
import { VerifyNode } from './verifyNode.ts';

/** A task: its open question, its plan's steps, what went wrong, the files it changed. */
export class TaskNode implements TreeNode {
  readonly kind = 'task';
  readonly id: string;
  readonly parent: TreeNode;
  readonly folder: FolderSessions;
  readonly #steps = new ChildNodes<StepNode>();
  readonly #questions = new ChildNodes<QuestionNode>();
  /** Whether it is shown with its steps until the person decides otherwise. */
  readonly #startsExpanded: boolean;
  #changes: ChangesNode | undefined;
  #task: AgentTask;

  constructor(parent: TreeNode, folder: FolderSessions, task: AgentTask, startsExpanded: boolean) {
    this.id = `${parent.id}/${task.id}${startsExpanded ? '/open' : ''}`;
    this.parent = parent;
    this.folder = folder;
    this.#task = task;
    this.#startsExpanded = startsExpanded;
  }

  /** The newest record that is known. */
  get task(): AgentTask {
    this.#task = this.folder.states.get(this.#task.sessionId)?.tasks.get(this.#task.id) ?? this.#task;
    return this.#task;
  }

  /** What the task asks a person, or asked when its process ended. */
  get question(): ToolCall | undefined {
    const state = this.folder.states.get(this.#task.sessionId);
    const asked = state && openQuestion(state);
    return asked?.task.id === this.#task.id ? asked.call : undefined;
  }

  item(): vscode.TreeItem {
    const { task, question } = this;
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const label = inertLine(task.description) || task.id;
    const description = taskDescription(task, question);
    const item = new vscode.TreeItem(label, this.#startsExpanded ? Expanded : Collapsed);
    item.id = this.id;
    item.description = description;
    item.iconPath = taskIcon(task, task.awaiting !== undefined || question !== undefined);
    // Whether evidence is stale is found out when somebody wants to see it.
    if (task.verification === null) item.tooltip = taskTooltip(task, question);
    item.contextValue = flags(task, question);
    // The description says how it stands, but where all is well.
    const status = task.status === 'completed' ? [taskStatusText(task)] : [];
    item.accessibilityInformation = { label: [label, ...status, description].join(', ') };
    return item;
  }

  async children(): Promise<TreeNode[]> {
    const { task } = this;
    const offers = await this.#offers();
    return [
      ...this.#questionNodes(),
      ...this.#stepNodes(),
      ...(task.status === 'failed' && task.error !== undefined
        ? [new MessageNode(this, 'error', task.error, 'info')]
        : []),
      ...this.#changeNodes(),
      ...(offers.length === 0 ? [] : [new VerifyNode(this, offers)]),
    ];
  }

  /** The tooltip where it takes a look at the files: what the task's evidence is worth now. */
  async tooltip(): Promise<vscode.MarkdownString> {
    const { task, question } = this;
    const sessions = await this.folder.sessions();
    const now = await sessions.getTask(task.id).catch(() => ({ task }));
    return taskTooltip(now.task, question);
  }

  /** What a task of type code that nobody verified could be verified with. */
  async #offers(): Promise<readonly VerificationCandidate[]> {
    const { id, type, status, verification, verifying, copyOf } = this.task;
    const isOpen = type === 'code' && status === 'completed' && verification === null;
    if (!isOpen || verifying === true || copyOf !== undefined || !vscode.workspace.isTrusted) return [];
    const sessions = await this.folder.sessions();
    return sessions.verificationCandidates(id).catch(() => []);
  }

  #questionNodes(): QuestionNode[] {
    const { question } = this;
    return this.#questions.of(
      question === undefined ? [] : [question.approvalId ?? question.id],
      () => new QuestionNode(this, question as ToolCall),
    );
  }

  #stepNodes(): StepNode[] {
    const steps = new Map((this.task.plan?.steps ?? []).map(step => [step.id, step]));
    const nodes = this.#steps.of(steps.keys(), id => {
      const step = steps.get(id);
      if (step === undefined) throw new Error(`No step ${id}.`);
      return new StepNode(this, step);
    });
    for (const node of nodes) node.step = steps.get(node.step.id) ?? node.step;
    return nodes;
  }

  #changeNodes(): ChangesNode[] {
    const { filesChanged, sessionId } = this.task;
    if (filesChanged.length === 0) return [];
    const workingDirectory = this.folder.find(sessionId)?.workingDirectory ?? this.folder.folder.uri.fsPath;
    this.#changes ??= new ChangesNode(this, workingDirectory, filesChanged);
    this.#changes.changes = filesChanged;
    this.#changes.undone = this.task.undone !== undefined;
    return [this.#changes];
  }
}

function flags(task: AgentTask, question: ToolCall | undefined): string {
  return [
    'task',
    task.status,
    ...(isFinished(task) && task.verifying !== true ? ['retryable'] : ['cancelable']),
    ...(question === undefined ? [] : [question.expects === 'text' ? 'wantsText' : 'asks']),
    ...(question !== undefined && question.onceOnly === undefined ? ['lasting'] : []),
    ...(question === undefined ? ['quiet'] : []),
    ...(task.filesChanged.length > 0 ? ['changing'] : []),
    ...(task.filesChanged.length > 0 && isFinished(task)
      ? [task.undone === undefined ? 'undoable' : 'redoable']
      : []),
  ].join(' ');
}
