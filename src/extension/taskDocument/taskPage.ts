import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import { inertOutput } from '../../core/inertText.ts';
import type { VerificationCandidate } from '../../core/ports.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { AgentTask } from '../../core/task.ts';
import type { TaskDetails } from '../../core/taskDetails.ts';
import type { ToolCall } from '../../core/toolCall.ts';
import { changeKindText, lineCounts } from '../show/changeWords.ts';
import { countText, durationText, filesText, percentText, UNKNOWN } from '../show/numberText.ts';
import { sessionTitle } from '../show/sessionWords.ts';
import { shortLine, stepDescription, stepStatusText, taskStatusText } from '../show/taskWords.ts';
import { verificationText, verifiedText } from '../show/verificationWords.ts';
import { codeBlock, codeSpan, escaped } from '../../core/report/markdownText.ts';

const LONGEST_TITLE = 120;

/** A task as a page to read. All text that is not ours is escaped or in a code block. */
export function taskPage(
  { task, toolCalls, offered }: TaskDetails,
  session: SessionMetadata | undefined,
  offers: readonly VerificationCandidate[] = [],
): string {
  const question = offered ?? toolCalls.find(call => call.status === 'awaiting_approval');
  const sections = [
    `# ${codeSpan(shortLine(task.description, LONGEST_TITLE))}`,
    facts(task, question, session),
    question?.subject === undefined
      ? ''
      : section(vscode.l10n.t('Waits for your answer'), codeBlock(question.subject)),
    task.error === undefined ? '' : section(vscode.l10n.t('What happened'), codeBlock(task.error)),
    isLong(task.description) ? section(vscode.l10n.t('Prompt'), codeBlock(task.description)) : '',
    resultOf(task),
    verification(task, offers),
    plan(task),
    changes(task, session),
    list(vscode.l10n.t('Commits'), task.commits.map(codeSpan)),
    list(vscode.l10n.t('Approvals'), toolCalls.flatMap(approval)),
    outputs(toolCalls),
  ];
  return `${sections.filter(part => part !== '').join('\n\n')}\n`;
}

function facts(
  task: AgentTask,
  question: ToolCall | undefined,
  session: SessionMetadata | undefined,
): string {
  const { l10n } = vscode;
  const time = (date: Date | undefined): string => date?.toLocaleString(vscode.env.language) ?? UNKNOWN;
  const rows: [string, string][] = [
    [l10n.t('Status'), escaped(taskStatusText(task, question))],
    [l10n.t('Verified'), escaped(verifiedText(task))],
    [l10n.t('Session'), session === undefined ? codeSpan(task.sessionId) : escaped(sessionTitle(session))],
    [l10n.t('Type'), task.type],
    [l10n.t('Agent'), escaped(task.model === null ? task.agent : `${task.agent}, ${task.model}`)],
    [l10n.t('Started'), escaped(time(task.startedAt))],
    [l10n.t('Ended'), escaped(time(task.endedAt))],
    [l10n.t('Time'), durationText(task.executionTime)],
    [l10n.t('Attempt'), countText(task.attempt)],
    [l10n.t('Tokens'), tokens(task)],
    [l10n.t('Cost'), task.usage?.cost == null ? UNKNOWN : `$${task.usage.cost.toFixed(4)}`],
    [l10n.t('Task id'), codeSpan(task.id)],
  ];
  return rows.map(([name, value]) => `- ${name}: ${value}`).join('\n');
}

function tokens({ usage }: AgentTask): string {
  if (usage === null || (usage.inputTokens === null && usage.outputTokens === null)) return UNKNOWN;
  return countText((usage.inputTokens ?? 0) + (usage.outputTokens ?? 0));
}

function resultOf({ result }: AgentTask): string {
  if (typeof result !== 'object' || result === null || !('summary' in result)) return '';
  const { summary } = result;
  return typeof summary === 'string' && summary !== ''
    ? section(vscode.l10n.t('Result'), codeBlock(summary))
    : '';
}

/** The evidence; or with what it could be had. */
function verification(task: AgentTask, offers: readonly VerificationCandidate[]): string {
  const { l10n } = vscode;
  const heading = l10n.t('Verification');
  const evidence = task.verification;
  if (evidence === null) {
    const [first] = offers;
    if (first === undefined) return '';
    const commands = offers.map(({ command }) => codeSpan(command)).join(', ');
    return section(
      heading,
      l10n.t(
        'Nobody has checked yet what the agent reported. This workspace offers {0}: Verify Task.',
        commands,
      ),
    );
  }
  const rows = [
    escaped(verificationText(evidence)),
    `${l10n.t('When')}: ${escaped(evidence.at.toLocaleString(vscode.env.language))}`,
    ...(evidence.covered === undefined ? [] : [`${l10n.t('Covers')}: ${filesText(evidence.covered.files)}`]),
    ...(evidence.tree === null ? [] : [`${l10n.t('Tree')}: ${codeSpan(evidence.tree)}`]),
    `${l10n.t('Output (SHA-256)')}: ${codeSpan(evidence.outputHash)}`,
  ];
  const tail = evidence.output?.tail ?? '';
  const output = tail === '' ? '' : `\n\n${codeBlock(inertOutput(tail))}`;
  return section(heading, rows.map(row => `- ${row}`).join('\n') + output);
}

function plan(task: AgentTask): string {
  if (task.plan === undefined) return '';
  const done = task.plan.steps.filter(step => step.status === 'completed').length;
  const heading = vscode.l10n.t(
    'Plan, {0} done',
    percentText((done / Math.max(1, task.plan.steps.length)) * 100),
  );
  const steps = task.plan.steps.map((step, index) => {
    const detail = stepDescription(step);
    const words = [stepStatusText(step), ...(detail === '' ? [] : [detail])].join(' · ');
    return `${String(index + 1)}. ${escaped(step.title)} — ${escaped(words)}`;
  });
  return section(heading, steps.join('\n'));
}

function changes(task: AgentTask, session: SessionMetadata | undefined): string {
  const rows = task.filesChanged.map(change => {
    const target = session && pathToFileURL(join(session.workingDirectory, change.path)).href;
    const link =
      target === undefined || change.kind === 'deleted' ? '' : ` [${vscode.l10n.t('open')}](<${target}>)`;
    const counts = lineCounts([change]);
    return `${codeSpan(change.path)} ${escaped(changeKindText(change))}${counts === undefined ? '' : ` ${counts}`}${link}`;
  });
  const title =
    task.undone === undefined ? vscode.l10n.t('Changed files') : vscode.l10n.t('Changed files, undone');
  return list(title, rows);
}

function approval(call: ToolCall): string[] {
  if (call.decision === undefined) return [];
  const { allowed, by, scope, reason } = call.decision;
  const words = allowed ? vscode.l10n.t('allowed') : vscode.l10n.t('denied');
  const why = reason === undefined ? '' : `: ${reason}`;
  return [`${codeSpan(call.tool)} ${words} (${by}, ${scope})${escaped(why)}`];
}

function outputs(calls: readonly ToolCall[]): string {
  const blocks = calls.flatMap(call => {
    const tail = call.output?.tail ?? '';
    if (tail === '' && call.error === undefined) return [];
    const command = typeof call.input['command'] === 'string' ? call.input['command'] : call.tool;
    const exit =
      call.exitCode === undefined || call.exitCode === null ? '' : ` — exit ${String(call.exitCode)}`;
    const text = [inertOutput(tail), call.error ?? ''].filter(part => part !== '').join('\n');
    return [`${codeSpan(command)}${exit}\n\n${codeBlock(text)}`];
  });
  return blocks.length === 0 ? '' : section(vscode.l10n.t('Output, its end'), blocks.join('\n\n'));
}

function list(heading: string, rows: readonly string[]): string {
  return rows.length === 0 ? '' : section(heading, rows.map(row => `- ${row}`).join('\n'));
}

function section(heading: string, body: string): string {
  return `## ${heading}\n\n${body}`;
}

function isLong(text: string): boolean {
  return text.includes('\n') || text.length > LONGEST_TITLE;
}
