import { inertOutput } from '../inertText.ts';
import type { SessionMetadata } from '../session.ts';
import type { AgentTask, FileChange, Verification } from '../task.ts';
import type { ToolCall } from '../toolCall.ts';
import { codeBlock, codeSpan } from './markdownText.ts';
import type { PlanVersion } from './planVersions.ts';

/** The longest title, in characters; the prompt is in full below it. */
const TITLE = 100;
/** How much of the end of an output is shown. */
const OUTPUT_LINES = 15;
const UNKNOWN = 'unknown';

/** What changed in one file, as a unified diff. */
export interface FileDiff {
  /** As in `filesChanged`. */
  readonly path: string;
  readonly text: string;
  /** How many of its lines are not in `text`; 0 when not given. */
  readonly left?: number;
}

export type LineCounts = Pick<FileChange, 'added' | 'removed'>;

/** What a task changed, as a report shows it. */
export interface ReportedChanges {
  /** `null`: the contents are not known, only which files changed. */
  readonly diffs: readonly FileDiff[] | null;
  /** Lines by path, as the diffs have them, shown or not. The task's own counts are sums over its edits, some of which undo others. */
  readonly counts?: ReadonlyMap<string, LineCounts>;
  /** Why there are no diffs, or which are left out, as a sentence; empty when not given. */
  readonly diffNote?: string;
}

export interface TaskReportInput extends ReportedChanges {
  readonly task: AgentTask;
  readonly session: Pick<SessionMetadata, 'sessionId' | 'title'>;
  /** Oldest first. */
  readonly toolCalls: readonly ToolCall[];
  /** Oldest first; empty when only the newest one, on the task, is known. */
  readonly planVersions: readonly PlanVersion[];
  /** The level of the report's own heading, 1 when not given: within another report it is lower. */
  readonly level?: number;
}

/**
 * A task as markdown for people who were not there, such as the readers of a pull request: what was asked, planned, done,
 * allowed, changed, checked and spent. Everything that is not ours is in code, where nothing links, mentions or renders.
 * The records are masked when they are written; who passes diffs on has hidden the secrets in them.
 */
export function taskReport(input: TaskReportInput): string {
  const { task, toolCalls, level = 1 } = input;
  const section = (heading: string, body: string): string =>
    body === '' ? '' : `${'#'.repeat(level + 1)} ${heading}\n\n${body}`;
  const parts = [
    `${'#'.repeat(level)} ${codeSpan(titleOf(task))}`,
    facts(input),
    section('Prompt', codeBlock(task.description)),
    section('What happened', task.error === undefined ? '' : codeBlock(task.error)),
    section('Result', resultOf(task)),
    section('Plan', plan(input, level)),
    section('Steps', steps(task, toolCalls)),
    section('Approvals', bullets(toolCalls.flatMap(approval))),
    section('Changes', changes(input)),
    section('Commits', bullets(task.commits.map(codeSpan))),
    section('Verification', verification(task.verification)),
    section('Cost', cost(task)),
  ];
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

function titleOf({ description }: AgentTask): string {
  const line = description.trim().split(/[\r\n]/, 1)[0] ?? '';
  return line.length <= TITLE ? line : `${line.slice(0, TITLE - 1)}…`;
}

function facts({ task, session }: TaskReportInput): string {
  const rows: readonly (readonly [string, string])[] = [
    ['Outcome', outcome(task)],
    ['Verified', verified(task.verification)],
    ['Session', `${codeSpan(session.title)} (${codeSpan(session.sessionId)})`],
    ['Task', codeSpan(task.id)],
    ['Type', task.type],
    ['Agent', codeSpan(task.model === null ? task.agent : `${task.agent}, ${task.model}`)],
    ['Started', timeText(task.startedAt)],
    ['Ended', timeText(task.endedAt)],
    ['Time', durationText(task.executionTime)],
    ...(task.attempt > 1 ? [['Attempt', String(task.attempt)] as const] : []),
    ...(task.origin === 'foreign' ? [['Asked by', 'a program, not a person'] as const] : []),
    ...(task.unsupervised ? [['Supervision', 'none: the agent could not ask'] as const] : []),
  ];
  return bullets(rows.map(([name, value]) => `**${name}:** ${value}`));
}

function outcome(task: AgentTask): string {
  if (task.status !== 'failed') return task.status;
  const code =
    task.errorCode === undefined || task.errorCode === task.reason ? '' : `, ${codeSpan(task.errorCode)}`;
  return `failed (${task.reason ?? 'error'}${code})`;
}

function resultOf({ result }: AgentTask): string {
  if (typeof result !== 'object' || result === null || !('summary' in result)) return '';
  const { summary } = result;
  return typeof summary === 'string' && summary.trim() !== '' ? codeBlock(summary) : '';
}

/** The newest version with what became of its steps, then how it came about. */
function plan({ task, planVersions }: TaskReportInput, level: number): string {
  if (task.plan === undefined) return '';
  const { version } = task.plan;
  const newest = task.plan.steps
    .map(({ title, status, detail }, index) => {
      const why = detail === undefined || detail === '' ? '' : `: ${codeSpan(detail)}`;
      return `${index + 1}. ${codeSpan(title)} — ${status.replace('_', ' ')}${why}`;
    })
    .join('\n');
  const earlier = planVersions.filter(known => known.version !== version).toReversed();
  if (earlier.length === 0) return newest;
  const older = earlier.map(({ version: number, at, steps: planned }) => {
    const lines = planned.map(({ title }, index) => `${index + 1}. ${codeSpan(title)}`);
    return `${'#'.repeat(level + 2)} Version ${number}, ${at}\n\n${lines.join('\n')}`;
  });
  return [`Version ${version}, which replaced ${earlier.length}:`, newest, ...older].join('\n\n');
}

function steps(task: AgentTask, calls: readonly ToolCall[]): string {
  const titles = new Map(task.plan?.steps.map((step, index) => [step.id, index + 1]));
  return calls
    .map(call => {
      const number = call.stepId === null ? undefined : titles.get(call.stepId);
      const step = number === undefined ? '' : ` (step ${number})`;
      const time = call.duration == null ? '' : `, ${durationText(call.duration)}`;
      const exit = call.exitCode == null ? '' : `, exit ${call.exitCode}`;
      const head = `- ${codeSpan(actionOf(call))}${step} — ${call.status.replace('_', ' ')}${exit}${time}`;
      const text = [outputOf(call), call.error ?? ''].filter(part => part !== '').join('\n');
      return text === '' ? head : `${head}\n\n${indented(codeBlock(text))}\n`;
    })
    .join('\n');
}

/** What a call was about, in one line. */
function actionOf({ tool, input }: ToolCall): string {
  const text = (name: string): string | undefined => {
    const value = input[name];
    return typeof value === 'string' ? value : undefined;
  };
  const command = text('command');
  if (command !== undefined) return `$ ${command}`;
  const from = text('from');
  const target = text('path') ?? (from === undefined ? text('pattern') : `${from} → ${text('to') ?? ''}`);
  return target === undefined ? tool : `${tool} ${target}`;
}

function outputOf({ output }: ToolCall): string {
  if (output === undefined || output.tail === '') return '';
  const lines = inertOutput(output.tail).trimEnd().split('\n');
  const shown = lines.slice(-OUTPUT_LINES);
  const isCut = shown.length < lines.length || output.bytes > output.tail.length * 4;
  return (isCut ? [`… the end of ${output.bytes} bytes:`, ...shown] : shown).join('\n');
}

function approval({ decision, tool, input, ...call }: ToolCall): string[] {
  if (decision === undefined) return [];
  const why = decision.reason === undefined ? '' : `: ${codeSpan(decision.reason)}`;
  const what = codeSpan(actionOf({ ...call, tool, input }));
  return [`${what} ${decision.allowed ? 'allowed' : 'denied'} by ${decision.by} (${decision.scope})${why}`];
}

function changes({ task, diffs, counts, diffNote = '' }: TaskReportInput): string {
  if (task.filesChanged.length === 0) return '';
  const rows = bullets(
    task.filesChanged.map(
      change => `${changeName(change)} — ${change.kind}${lineCounts(counts?.get(change.path) ?? change)}`,
    ),
  );
  const known = diffs ?? [];
  const texts = known.flatMap(({ text, left = 0 }) => [
    ...(text === '' ? [] : [codeBlock(text, 'diff')]),
    ...(left === 0 ? [] : [`${left} more lines are not shown.`]),
  ]);
  return [rows, ...texts, ...(diffNote === '' ? [] : [diffNote])].join('\n\n');
}

function changeName({ path, from }: FileChange): string {
  return from === undefined ? codeSpan(path) : `${codeSpan(from)} → ${codeSpan(path)}`;
}

function lineCounts({ added, removed }: LineCounts): string {
  return added === undefined && removed === undefined ? '' : `, +${added ?? 0} −${removed ?? 0}`;
}

function verified(check: Verification | null): string {
  return check === null ? 'not verified' : check.passed ? 'passed' : 'failed';
}

function verification(check: Verification | null): string {
  if (check === null) return '';
  const rows = [
    `${codeSpan(check.command)} — ${verified(check)}, exit ${check.exitCode ?? UNKNOWN}`,
    `at ${timeText(check.at)}`,
    `output SHA-256 ${codeSpan(check.outputHash)}`,
    ...(check.tree === null ? [] : [`on tree ${codeSpan(check.tree)}`]),
  ];
  return bullets(rows);
}

function cost({ usage }: AgentTask): string {
  if (usage === null) return '';
  const tokens = (count: number | null): string => (count === null ? UNKNOWN : String(count));
  const price = usage.cost === null ? UNKNOWN : `$${usage.cost.toFixed(4)}`;
  return bullets([
    `Tokens in: ${tokens(usage.inputTokens)}`,
    `Tokens out: ${tokens(usage.outputTokens)}`,
    `Cost: ${price}`,
  ]);
}

function timeText(date: Date | undefined): string {
  return date?.toISOString() ?? UNKNOWN;
}

function durationText(ms: number | null): string {
  if (ms === null) return UNKNOWN;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function bullets(rows: readonly string[]): string {
  return rows.map(row => `- ${row}`).join('\n');
}

/** As part of a list entry. */
function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
