import * as vscode from 'vscode';
import type { StepStatus } from '../../core/plan.ts';
import type { AgentTask, FileChange } from '../../core/task.ts';
import type { Outcome } from '../../core/outcome.ts';

function icon(id: string, color?: string): vscode.ThemeIcon {
  return new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color));
}

const waiting = icon('bell-dot', 'list.warningForeground');
const working = icon('loading~spin', 'progressBar.background');
const passed = icon('pass', 'testing.iconPassed');
const failed = icon('error', 'testing.iconFailed');
const undone = icon('discard', 'testing.iconSkipped');
const stopped = icon('circle-slash', 'testing.iconSkipped');

/** What of a task its icon tells; a list may know less of it than a record does. */
type ShownTask = Pick<AgentTask, 'status' | 'reason'> &
  Partial<Pick<AgentTask, 'verification' | 'verifying' | 'undone'>>;

/** Every state has a shape of its own; the colour only repeats it. */
export function taskIcon(task: ShownTask, waits: boolean): vscode.ThemeIcon {
  if (task.verifying === true) return waits ? waiting : working;
  if (task.undone !== undefined) return undone;
  if (task.status === 'completed') return completedIcon(task);
  if (task.status === 'pending') return icon('clock', 'testing.iconQueued');
  if (waits) return waiting;
  if (task.status === 'running') return working;
  if (task.reason === 'cancelled' || task.reason === 'denied') return stopped;
  return task.reason === 'interrupted' ? icon('debug-disconnect', 'list.warningForeground') : failed;
}

function completedIcon({ verification }: ShownTask): vscode.ThemeIcon {
  if (verification == null) return passed;
  return outcomeIcon(verification.passed ? 'verified' : 'refuted');
}

export function outcomeIcon(outcome: Outcome): vscode.ThemeIcon {
  switch (outcome) {
    case 'verified':
      return icon('verified', 'testing.iconPassed');
    case 'completed':
      return passed;
    case 'refuted':
      return icon('unverified', 'testing.iconFailed');
    case 'failed':
      return failed;
    case 'stopped':
      return stopped;
    case 'open':
      return icon('clock', 'testing.iconQueued');
  }
}

export function stepIcon(status: StepStatus): vscode.ThemeIcon {
  switch (status) {
    case 'pending':
      return icon('circle-outline', 'testing.iconQueued');
    case 'in_progress':
      return working;
    case 'completed':
      return icon('check', 'testing.iconPassed');
    case 'failed':
      return icon('close', 'testing.iconFailed');
    case 'skipped':
      return icon('debug-step-over', 'testing.iconSkipped');
  }
}

export type SessionLook = 'waiting' | 'working' | 'active' | 'completed' | 'failed';

export function sessionIcon(look: SessionLook): vscode.ThemeIcon {
  switch (look) {
    case 'waiting':
      return waiting;
    case 'working':
      return working;
    case 'active':
      return icon('comment-discussion');
    case 'completed':
      return passed;
    case 'failed':
      return failed;
  }
}

export function changeIcon(kind: FileChange['kind']): vscode.ThemeIcon {
  switch (kind) {
    case 'added':
      return icon('diff-added', 'gitDecoration.addedResourceForeground');
    case 'modified':
      return icon('diff-modified', 'gitDecoration.modifiedResourceForeground');
    case 'deleted':
      return icon('diff-removed', 'gitDecoration.deletedResourceForeground');
    case 'renamed':
      return icon('diff-renamed', 'gitDecoration.renamedResourceForeground');
  }
}
