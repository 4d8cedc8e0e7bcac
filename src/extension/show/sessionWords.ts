import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { SessionState } from '../../core/state.ts';
import type { AgentTask } from '../../core/task.ts';
import { openQuestion } from '../../core/waitingTask.ts';
import type { SessionLook } from './icons.ts';
import { countText, durationText } from './numberText.ts';

/** A session's name in rows; one that has no task yet has none of its own. */
export function sessionTitle(session: SessionMetadata): string {
  return inertLine(session.title) || vscode.l10n.t('New session');
}

/** `2 of 3 · 45 s`: tasks completed of all, and the time they took. */
export function sessionProgress(session: SessionMetadata): string {
  if (session.totalTasks === 0) return vscode.l10n.t('no tasks yet');
  const done = vscode.l10n.t('{0} of {1}', countText(session.completedTasks), countText(session.totalTasks));
  return session.totalExecutionTime === 0 ? done : `${done} · ${durationText(session.totalExecutionTime)}`;
}

export function sessionStatusText(session: SessionMetadata): string {
  switch (session.status) {
    case 'active':
      return vscode.l10n.t('active');
    case 'completed':
      return vscode.l10n.t('ended, completed');
    case 'failed':
      return vscode.l10n.t('ended, failed');
  }
}

export function sessionLook(session: SessionMetadata, state: SessionState | undefined): SessionLook {
  if (state !== undefined && openQuestion(state) !== undefined) return 'waiting';
  const unfinished = session.totalTasks - session.completedTasks - session.failedTasks;
  if (state === undefined ? unfinished > 0 : state.live.length > 0) return 'working';
  return session.status;
}

/** The task at work. */
export function runningTask(state: SessionState): AgentTask | undefined {
  const running = state.live.find(live => live.epoch !== null);
  return running && state.tasks.get(running.taskId);
}
