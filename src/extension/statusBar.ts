import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../core/disposable.ts';
import { inertLine } from '../core/inertText.ts';
import type { SessionMetadata } from '../core/session.ts';
import { type SessionState, sessionStats } from '../core/state.ts';
import { CommandId } from './contributionIds.ts';
import type { FolderSessions } from './folders/folderSessions.ts';
import { isVisible } from './folders/visibleChange.ts';
import type { WorkspaceFolders } from './folders/workspaceFolders.ts';
import { countText, durationText, percentText } from './show/numberText.ts';
import { plainLabel } from './show/plainLabel.ts';
import { runningTask, sessionTitle } from './show/sessionWords.ts';
import { shortLine, stepProgress } from './show/taskWords.ts';

const PRIORITY = 20;
const TITLE_LENGTH = 32;
const FRAME_MS = 16;
/** The only commands that the tooltip's links can run. */
const LINKS: readonly string[] = [CommandId.switchSession, CommandId.runTask, CommandId.showOutput];

interface Look {
  readonly icon: string;
  readonly text: string;
  readonly attention?: boolean;
}

/** The one status-bar item: the current session, what runs in it, whether it waits for a person. A click switches. */
export class StatusBar implements Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #scope = new DisposableList();
  readonly #item: vscode.StatusBarItem;
  #timer: NodeJS.Timeout | undefined;

  constructor(folders: WorkspaceFolders) {
    this.#folders = folders;
    this.#item = this.#scope.add(
      vscode.window.createStatusBarItem('codingAgent.status', vscode.StatusBarAlignment.Left, PRIORITY),
    );
    this.#item.name = vscode.l10n.t('Coding Agent Session');
    this.#item.command = CommandId.switchSession;
    const refresh = (): void => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#update();
      }, FRAME_MS);
    };
    this.#scope.add(
      folders.onDidChange(({ change }) => {
        if (isVisible(change)) refresh();
      }),
    );
    this.#scope.add(folders.onDidChangeList(refresh));
    this.#scope.add(folders.onDidWork(refresh));
    this.#update();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#scope.dispose();
  }

  #update(): void {
    const folder = this.#folders.active;
    if (folder === undefined) {
      this.#item.hide();
      return;
    }
    const { icon, text, attention } = lookOf(folder, this.#folders.all);
    const shown = `$(${icon}) ${plainLabel(text)}`;
    if (this.#item.text !== shown) this.#item.text = shown;
    this.#item.tooltip = tooltipOf(folder);
    this.#item.backgroundColor =
      attention === true ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.accessibilityInformation = { label: vscode.l10n.t('Coding Agent: {0}', text) };
    this.#item.show();
  }
}

function lookOf(folder: FolderSessions, all: readonly FolderSessions[]): Look {
  const [waiting] = all.flatMap(({ states }) => states.waiting());
  if (waiting !== undefined) {
    const text = vscode.l10n.t('{0}  waits for you', nameOf(waiting.metadata));
    return { icon: 'bell-dot', text, attention: true };
  }
  const { current, currentState } = folder;
  const busy =
    currentState !== undefined && currentState.live.length > 0
      ? currentState
      : all.flatMap(({ states }) => states.busy())[0];
  if (busy !== undefined) return lookOfBusy(busy);
  if (current === undefined && !folder.loaded && folder.reading !== undefined)
    return { icon: 'sync~spin', text: vscode.l10n.t('Reading sessions') };
  if (current === undefined) return { icon: 'comment-discussion', text: vscode.l10n.t('No session') };
  const name = nameOf(current);
  if (current.failedTasks > 0 && lastTaskFailed(currentState))
    return { icon: 'error', text: vscode.l10n.t('{0}  {1} failed', name, countText(current.failedTasks)) };
  const progress =
    current.totalTasks === 0 ? '' : `  ${countText(current.completedTasks)}/${countText(current.totalTasks)}`;
  return { icon: 'comment-discussion', text: `${name}${progress}` };
}

function lookOfBusy(state: SessionState): Look {
  const task = runningTask(state);
  if (task === undefined)
    return { icon: 'clock', text: vscode.l10n.t('{0}  waits for its turn', nameOf(state.metadata)) };
  const what = shortLine(task.description, TITLE_LENGTH);
  const progress = task.verifying === true ? vscode.l10n.t('verifying') : stepProgress(task.plan);
  return { icon: 'sync~spin', text: progress === undefined ? what : `${what}  ${progress}` };
}

function lastTaskFailed(state: SessionState | undefined): boolean {
  if (state === undefined) return true;
  for (const task of state.tasks.newestFirst()) return task.status === 'failed';
  return false;
}

function nameOf(session: SessionMetadata): string {
  return shortLine(sessionTitle(session), TITLE_LENGTH);
}

/**
 * Links need trusted markdown: it is restricted to three harmless commands without arguments, and all text that is not
 * ours goes in through `appendText`, which escapes it.
 */
function tooltipOf(folder: FolderSessions): vscode.MarkdownString {
  const { l10n } = vscode;
  const tooltip = new vscode.MarkdownString();
  tooltip.isTrusted = { enabledCommands: LINKS };
  const { current, currentState } = folder;
  if (current === undefined) {
    tooltip.appendText(l10n.t('There is no current session. Run a task and one is made for you.'));
  } else {
    tooltip.appendText(inertLine(sessionTitle(current)));
    for (const line of statisticsOf(current, currentState)) {
      tooltip.appendMarkdown('  \n');
      tooltip.appendText(line);
    }
  }
  const links = [
    `[${l10n.t('Switch')}](command:${CommandId.switchSession})`,
    `[${l10n.t('Run Task')}](command:${CommandId.runTask})`,
    `[${l10n.t('Show Output')}](command:${CommandId.showOutput})`,
  ];
  tooltip.appendMarkdown(`\n\n${links.join(' · ')}`);
  return tooltip;
}

function statisticsOf(session: SessionMetadata, state: SessionState | undefined): string[] {
  const { l10n } = vscode;
  const counts = l10n.t(
    '{0} of {1} tasks completed, {2} failed',
    countText(session.completedTasks),
    countText(session.totalTasks),
    countText(session.failedTasks),
  );
  if (state === undefined) return [counts];
  const stats = sessionStats(state);
  return [
    counts,
    l10n.t(
      'Success {0} · average {1} · {2} in all',
      percentText(stats.successRate),
      durationText(stats.avgExecutionTime),
      durationText(session.totalExecutionTime),
    ),
  ];
}
