import * as vscode from 'vscode';
import { inertText } from '../../core/inertText.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { AgentTask } from '../../core/task.ts';
import type { ToolCall } from '../../core/toolCall.ts';
import { countText, durationText } from './numberText.ts';
import { sessionProgress, sessionStatusText, sessionTitle } from './sessionWords.ts';
import { taskStatusText } from './taskWords.ts';
import { verifiedText } from './verificationWords.ts';

const LONGEST = 2_000;

/** Markdown without trust in which all text that is not ours is escaped. */
function plainTooltip(title: string, lines: readonly (readonly [string, string])[]): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.appendText(cut(inertText(title)));
  tooltip.appendMarkdown('\n\n');
  for (const [name, value] of lines) {
    tooltip.appendText(`${name}: ${cut(inertText(value))}`);
    tooltip.appendMarkdown('  \n');
  }
  return tooltip;
}

export function taskTooltip(task: AgentTask, question: ToolCall | undefined): vscode.MarkdownString {
  const { l10n } = vscode;
  return plainTooltip(task.description, [
    [l10n.t('Status'), taskStatusText(task, question)],
    ...(question?.subject === undefined ? [] : [[l10n.t('Asks for'), question.subject] as const]),
    ...(task.error === undefined ? [] : [[l10n.t('Error'), task.error] as const]),
    [l10n.t('Type'), task.type],
    [l10n.t('Agent'), task.model === null ? task.agent : `${task.agent}, ${task.model}`],
    [l10n.t('Time'), durationText(task.executionTime)],
    [l10n.t('Verified'), verifiedText(task)],
    ...(task.usage?.cost == null ? [] : [[l10n.t('Cost'), `$${task.usage.cost.toFixed(4)}`] as const]),
    ...(task.unsupervised ? [[l10n.t('Supervision'), l10n.t('the agent could not ask')] as const] : []),
  ]);
}

export function sessionTooltip(session: SessionMetadata): vscode.MarkdownString {
  const { l10n } = vscode;
  return plainTooltip(sessionTitle(session), [
    [l10n.t('Status'), sessionStatusText(session)],
    [l10n.t('Tasks'), sessionProgress(session)],
    [l10n.t('Failed'), countText(session.failedTasks)],
    [l10n.t('Started'), session.startTime.toLocaleString(vscode.env.language)],
    ...(session.imported === undefined ? [] : [[l10n.t('Imported from'), importText(session)] as const]),
    [l10n.t('Folder'), session.workingDirectory],
    ...(session.tags.length === 0 ? [] : [[l10n.t('Tags'), session.tags.join(', ')] as const]),
    ...(session.author === null ? [] : [[l10n.t('Author'), session.author] as const]),
  ]);
}

/** `codex, rollout-1`: nothing runs in such a session; it goes on as a fork. */
function importText({ imported }: SessionMetadata): string {
  return imported === undefined ? '' : `${imported.from}, ${imported.source}`;
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
