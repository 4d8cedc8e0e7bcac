import { inertLine, inertText } from '../core/inertText.ts';
import type { PlanStep } from '../core/plan.ts';
import type { SessionMetadata } from '../core/session.ts';
import type { AgentTask, Verification } from '../core/task.ts';
import { outcomeOf } from './format.ts';
import type { Terminal } from './terminal.ts';
import { fit, padEnd, textWidth, wrap } from './textWidth.ts';

/** A block is no wider than this, so that figures stay near what they belong to. */
const MAX_WIDTH = 88;
const MAX_FAILURE_DETAIL = 30;
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';

type Look = Pick<Terminal, 'isPerson' | 'style' | 'format' | 'columns'>;

/** How wide a block is; `undefined` where lines may be as long as they are. */
function blockWidth(look: Look): number | undefined {
  // The last column stays free: some terminals wrap a line that fills it.
  return look.isPerson ? Math.min(look.columns - 1, MAX_WIDTH) : undefined;
}

/** The line above a task: the session, which of its tasks, the kind, who does it, and when it began. */
export function headerLines(look: Look, session: SessionMetadata, task: AgentTask, number: number): string[] {
  const { format, style } = look;
  const width = blockWidth(look);
  const title = inertLine(session.title);
  const description = inertText(task.description);
  const model = task.model === null ? [] : [inertLine(task.model)];
  const facts = [`task ${format.number(number)}`, task.type, inertLine(task.agent), ...model];
  const time = format.time(task.startedAt ?? task.createdAt);
  const known = title === '' || title === inertLine(task.description) ? [] : [title];
  if (width === undefined) return [`${[...known, ...facts].join(' · ')} · ${time}`, description];
  const room = width - textWidth(` · ${facts.join(' · ')}`) - textWidth(time) - 8;
  const label = [...(room >= 8 ? known.map(text => fit(text, room)) : []), ...facts].join(' · ');
  const rule = '─'.repeat(Math.max(0, width - textWidth(label) - textWidth(time) - 5));
  const line = rule === '' ? fit(`── ${label}`, width) : `── ${label} ${rule} ${time}`;
  return [style.dim(line), ...wrap(description, width).map(style.bold)];
}

/**
 * A step on its line, with what came of it and how long it took; up to `now` while it runs, when that is given. What came of it is
 * cut when it is too long for the line: see `detailLines`.
 */
export function stepLine(look: Look, step: PlanStep, number: number, now?: Date, frame?: number): string {
  const { style, format } = look;
  const width = blockWidth(look);
  const duration = durationOf(look, step, now);
  const title = `${format.number(number)} ${inertLine(step.title)}`;
  const mark = stepMark(look, step, frame);
  const outcome = hasRoom(look, outcomeText(step, duration)) ? outcomeText(step, duration) : duration;
  if (width === undefined) return `${mark} ${title}${outcome === '' ? '' : `  ${outcome}`}`;
  const room = width - 4 - textWidth(outcome);
  const cut = fit(title, room);
  if (outcome === '') return `${mark} ${step.status === 'pending' ? style.dim(cut) : cut}`;
  return `${mark} ${padEnd(cut, room)}  ${style.dim(outcome)}`;
}

/** What came of a step, below its line, when it is too long for that. */
export function detailLines(look: Look, step: PlanStep): string[] {
  const width = blockWidth(look);
  const detail = detailOf(step);
  if (width === undefined || detail === '') return [];
  if (hasRoom(look, outcomeText(step, durationOf(look, step)))) return [];
  return wrap(detail, width - 4).map(line => `    ${look.style.dim(line)}`);
}

function durationOf({ format }: Look, step: PlanStep, now?: Date): string {
  const end = step.endedAt ?? now;
  if (step.startedAt === undefined || end === undefined) return '';
  return format.duration(Math.max(0, end.getTime() - step.startedAt.getTime()));
}

function outcomeText(step: PlanStep, duration: string): string {
  const word = step.status === 'skipped' ? 'skipped' : '';
  return [word, detailOf(step), duration].filter(part => part !== '').join(' · ');
}

/** What came of a step. A failure's whole story is told when the task ends: here it would stand twice. */
function detailOf(step: PlanStep): string {
  const detail = inertLine(step.detail ?? '');
  return step.status === 'failed' && textWidth(detail) > MAX_FAILURE_DETAIL ? '' : detail;
}

function hasRoom(look: Look, outcome: string): boolean {
  const width = blockWidth(look);
  return width === undefined || textWidth(outcome) <= width / 2;
}

/** What a call printed, under its step. */
export function outputLines(look: Look, lines: readonly string[]): string[] {
  const width = blockWidth(look);
  const bar = look.style.dim('|');
  // Nothing of an output is cut away: the terminal wraps it.
  return lines.map(line => (width === undefined ? `    | ${line}` : `    ${bar} ${line}`));
}

/** The last lines of a task: what came of it and, when it failed, what was kept and what to do next. */
export function closingLines(look: Look, task: AgentTask): string[] {
  const { style, format } = look;
  const { verification } = task;
  const changed = task.filesChanged.length;
  const took = task.executionTime === null ? '' : ` in ${format.duration(task.executionTime)}`;
  const facts = [
    task.status === 'completed' ? `completed${took}` : failureWord(task) + took.replace(' in ', ' after '),
    ...(changed === 0 ? [] : [`${format.count(changed, 'file', 'files')} changed`]),
    ...(task.commits.length === 0 ? [] : [format.count(task.commits.length, 'commit', 'commits')]),
    ...(verification === null ? [] : [verifiedText(verification)]),
    ...(task.unsupervised ? ['unsupervised'] : []),
  ].join(' · ');
  if (task.status === 'completed') return [`${style.green('✓')} ${facts}`];
  const error = inertText(task.error ?? '');
  const told = error === '' ? [] : wrapped(look, error);
  return [`${style.red('✗')} ${facts}`, ...told.map(line => `  ${line}`), `  ${style.dim(nextStep(task))}`];
}

/** What helps where the same text would be refused again, as error codes name it. */
const OTHER_WAYS: ReadonlyMap<string, string> = new Map([
  ['outside', 'In a session for that folder: coding-agent sessions create --working-directory FOLDER'],
  ['protected', 'With a command of your own: coding-agent run "$ COMMAND"'],
  ['invalid_path', 'With another path: coding-agent run "TASK"'],
]);

function nextStep({ id, errorCode = '' }: AgentTask): string {
  return OTHER_WAYS.get(errorCode) ?? `Try again: coding-agent tasks retry ${inertLine(id)}`;
}

/** What a verification says, and whether it still says it. */
export function verifiedText({ passed, command, exitCode, stale }: Verification): string {
  const how = exitCode === null ? 'stopped' : `exit ${String(exitCode)}`;
  const worth = stale === true ? ', stale: files that it covers changed since' : '';
  return `${passed ? 'verified' : 'not verified'} by "${inertLine(command)}" (${how}${worth})`;
}

function failureWord(task: AgentTask): string {
  const outcome = outcomeOf(task);
  const code = task.errorCode;
  return code === undefined || code === task.reason ? outcome : `${outcome} (${inertLine(code)})`;
}

function wrapped(look: Look, text: string): string[] {
  const width = blockWidth(look);
  return width === undefined ? text.split('\n') : wrap(text, width - 2);
}

function stepMark({ style }: Look, step: PlanStep, frame?: number): string {
  switch (step.status) {
    case 'completed':
      return style.green('✓');
    case 'failed':
      return style.red('✗');
    case 'skipped':
      return style.dim('-');
    case 'in_progress':
      // Only what is drawn again and again turns.
      return style.blue(frame === undefined ? '…' : (SPINNER[frame % SPINNER.length] ?? '…'));
    case 'pending':
      return style.dim('·');
  }
}
