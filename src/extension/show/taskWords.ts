import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { AgentPlan, PlanStep } from '../../core/plan.ts';
import type { AgentTask, FailureReason } from '../../core/task.ts';
import type { ToolCall } from '../../core/toolCall.ts';
import { durationText } from './numberText.ts';
import { verifiedWords } from './verificationWords.ts';

const SHORT = 60;

/** How a task stands, in a few words. `question` is what it asks a person. */
export function taskStatusText(task: AgentTask, question?: ToolCall): string {
  switch (task.status) {
    case 'pending':
      return vscode.l10n.t('waiting for its turn');
    case 'running':
      return runningText(task, question);
    case 'completed':
      return vscode.l10n.t('completed');
    case 'failed':
      return question === undefined ? failureText(task) : interruptedText(question);
  }
}

/** What follows a task's label in a row: how it stands, or how long it took when all is well. */
export function taskDescription(task: AgentTask, question?: ToolCall): string {
  const attempt = task.attempt > 1 ? [vscode.l10n.t('attempt {0}', task.attempt)] : [];
  const time = task.executionTime === null ? [] : [durationText(task.executionTime)];
  const status = task.status === 'completed' ? [] : [taskStatusText(task, question)];
  const undone = task.undone === undefined ? [] : [vscode.l10n.t('undone')];
  // How it stands first: a narrow sidebar cuts the end off.
  return [...undone, ...status, ...verifiedWords(task), ...time, task.type, ...attempt].join(' · ');
}

/** One line of a text, cut to what a row can hold. */
export function shortLine(text: string, length = SHORT): string {
  const line = inertLine(text);
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

export function stepDescription(step: PlanStep): string {
  const time = stepDuration(step);
  const parts = [...(step.detail === undefined ? [] : [inertLine(step.detail)])];
  if (step.status === 'skipped' && parts.length === 0) parts.push(vscode.l10n.t('skipped'));
  if (step.status === 'failed' && parts.length === 0) parts.push(vscode.l10n.t('failed'));
  if (time !== null && time >= 50) parts.push(durationText(time));
  return parts.join(' · ');
}

function stepDuration(step: PlanStep): number | null {
  return step.startedAt === undefined || step.endedAt === undefined
    ? null
    : step.endedAt.getTime() - step.startedAt.getTime();
}

export function stepStatusText(step: PlanStep): string {
  switch (step.status) {
    case 'pending':
      return vscode.l10n.t('to do');
    case 'in_progress':
      return vscode.l10n.t('in progress');
    case 'completed':
      return vscode.l10n.t('done');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'skipped':
      return vscode.l10n.t('skipped');
  }
}

/** `step 2 of 4`, or `undefined` while no step is at work. */
export function stepProgress(plan: AgentPlan | undefined): string | undefined {
  const index = plan?.steps.findIndex(step => step.status === 'in_progress') ?? -1;
  return plan === undefined || index < 0
    ? undefined
    : vscode.l10n.t('step {0} of {1}', index + 1, plan.steps.length);
}

/** What a waiting call wants to do, on one line. */
export function questionText(call: ToolCall): string {
  const path = changedPath(call.subject ?? '');
  if (path !== undefined) return shortLine(vscode.l10n.t('change {0}', path));
  return shortLine(questionSubject(call));
}

/** The file that a question's unified diff is about. */
function changedPath(subject: string): string | undefined {
  if (!/^(=+\n)?--- /.test(subject)) return undefined;
  const names = [...subject.matchAll(/^(?:\+\+\+|---) [ab]\/([^\t\n]+)/gm)].map(([, name]) => name);
  return new Set(names).size === 1 ? names[0] : undefined;
}

/** All of what a waiting call wants to do. */
export function questionSubject(call: ToolCall): string {
  const subject = call.subject ?? call.tool;
  return call.tool === 'run_command' ? `$ ${subject}` : subject;
}

function runningText(task: AgentTask, question: ToolCall | undefined): string {
  if (task.cancelRequested === true) return vscode.l10n.t('stopping');
  if (question?.expects === 'text') return vscode.l10n.t('asks you: {0}', questionText(question));
  if (question !== undefined) return vscode.l10n.t('waits for you: {0}', questionText(question));
  if (task.awaiting === 'storage') return vscode.l10n.t('paused: the disk is full');
  if (task.awaiting !== undefined) return vscode.l10n.t('waits for you');
  return stepProgress(task.plan) ?? vscode.l10n.t('running');
}

/** Its window was closed while it waited: an answer goes on from there. */
function interruptedText(question: ToolCall): string {
  return question.expects === 'text'
    ? vscode.l10n.t('interrupted, asks you: {0}', questionText(question))
    : vscode.l10n.t('interrupted, waits for you: {0}', questionText(question));
}

function failureText(task: AgentTask): string {
  const detail = task.plan?.steps.findLast(step => step.status === 'failed')?.detail;
  const words = reasonText(task.reason ?? 'error');
  return detail === undefined || task.reason !== 'error' ? words : `${words} · ${inertLine(detail)}`;
}

export function reasonText(reason: FailureReason): string {
  switch (reason) {
    case 'error':
      return vscode.l10n.t('failed');
    case 'cancelled':
      return vscode.l10n.t('cancelled');
    case 'interrupted':
      return vscode.l10n.t('interrupted');
    case 'denied':
      return vscode.l10n.t('denied');
    case 'timeout':
      return vscode.l10n.t('timed out');
    case 'verification':
      return vscode.l10n.t('not verified');
  }
}
