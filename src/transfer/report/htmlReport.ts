import { createHash } from 'node:crypto';
import { inertOutput } from '../../core/inertText.ts';
import { type Fact, sessionFacts, type SessionReportInput } from '../../core/report/sessionReport.ts';
import type { LineCounts } from '../../core/report/taskReport.ts';
import type { AgentTask, FileChange } from '../../core/task.ts';
import type { ToolCall } from '../../core/toolCall.ts';
import { html, Markup } from './html.ts';
import type { ReportDiffs } from './reportDiffs.ts';
import { REPORT_STYLE } from './reportStyle.ts';

const OUTPUT_LINES = 40;
const TITLE = 100;
/** The diffs of so many files are open from the start. */
const OPEN_FILES = 10;

export interface HtmlReportInput extends SessionReportInput {
  readonly diffs: ReportDiffs;
}

/**
 * A session as one page that loads nothing and runs nothing: no script, no link out, no image, a policy that forbids them,
 * and every text that is not ours escaped.
 */
export function htmlReport({ state, toolCalls, diffs }: HtmlReportInput): string {
  const { metadata } = state;
  const title = metadata.title === '' ? 'New session' : metadata.title;
  const tasks = [...state.tasks];
  const hash = createHash('sha256').update(REPORT_STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${new Markup(`<style>${REPORT_STYLE}</style>`)}
      </head>
      <body>
        <h1>${title}</h1>
        ${facts(sessionFacts(metadata))}
        <nav>
          <ol>
            ${tasks.map((task, index) => html`<li><a href="#task-${index + 1}">${titleOf(task)}</a> <span class="${task.status}">${outcome(task)}</span></li>`)}
          </ol>
        </nav>
        ${tasks.map((task, index) => section(task, toolCalls.get(task.id) ?? [], diffs, index + 1))}
      </body>
    </html> `.text;
}

function section(task: AgentTask, calls: readonly ToolCall[], diffs: ReportDiffs, number: number): Markup {
  return html`<section id="task-${number}">
    <h2>${titleOf(task)}</h2>
    ${facts(taskFacts(task))} ${block('Prompt', task.description)}
    ${task.error === undefined ? '' : block('What happened', task.error)} ${block('Result', summaryOf(task))}
    ${list('Plan', task.plan?.steps.map(step => html`<li>${step.title} <span class="dim">${step.status.replace('_', ' ')}${step.detail === undefined ? '' : `: ${step.detail}`}</span></li>`) ?? [])}
    ${list('Steps', calls.map(callItem))} ${list('Changes', changeItems(task, diffs))}
    ${diffBlocks(task, diffs)}
    ${list(
      'Commits',
      task.commits.map(commit => html`<li><code>${commit}</code></li>`),
    )}
    ${verification(task)}
  </section> `;
}

function taskFacts(task: AgentTask): readonly (readonly [string, Fact])[] {
  const own = (text: string): Fact => ({ text, isCode: false });
  const { usage } = task;
  const tokens = (count: number | null): string => (count === null ? 'unknown' : String(count));
  return [
    ['Outcome', own(outcome(task))],
    ['Task', { text: task.id, isCode: true }],
    ['Type', own(task.type)],
    ['Agent', own(task.model === null ? task.agent : `${task.agent}, ${task.model}`)],
    ['Started', own(task.startedAt?.toISOString() ?? 'unknown')],
    ['Time', own(durationText(task.executionTime))],
    ...(usage === null
      ? []
      : [['Tokens', own(`${tokens(usage.inputTokens)} in, ${tokens(usage.outputTokens)} out`)] as const]),
    ...(usage?.cost == null ? [] : [['Cost', own(`$${usage.cost.toFixed(4)}`)] as const]),
    ...(task.unsupervised ? [['Supervision', own('none: the agent could not ask')] as const] : []),
  ];
}

function callItem({ tool, input, status, exitCode, decision, output, error }: ToolCall): Markup {
  const given = ['command', 'path', 'from', 'pattern']
    .map(name => input[name])
    .find(value => typeof value === 'string');
  const exit = exitCode == null ? '' : `, exit ${String(exitCode)}`;
  const by = decision === undefined ? '' : `, ${decision.allowed ? 'allowed' : 'denied'} by ${decision.by}`;
  const lines = inertOutput(output?.tail ?? '')
    .trimEnd()
    .split('\n')
    .slice(-OUTPUT_LINES);
  const text = [lines.join('\n'), error ?? ''].filter(part => part !== '').join('\n');
  return html`<li>
    <code>${tool}${given === undefined ? '' : ` ${given}`}</code>
    <span class="dim">${status.replace('_', ' ')}${exit}${by}</span
    >${text === '' ? '' : html`<pre>${text}</pre>`}
  </li>`;
}

function changeItems({ id, filesChanged }: AgentTask, diffs: ReportDiffs): Markup[] {
  const counts = diffs.of(id)?.counts;
  return filesChanged.map(change => changeItem(change, counts?.get(change.path) ?? change));
}

function changeItem({ path, from, kind }: FileChange, { added, removed }: LineCounts): Markup {
  const counts =
    added === undefined && removed === undefined ? '' : `, +${String(added ?? 0)} −${String(removed ?? 0)}`;
  return html`<li>
    <code>${from === undefined ? path : `${from} → ${path}`}</code> <span class="dim">${kind}${counts}</span>
  </li>`;
}

/** Each file folds open and shut without any script. */
function diffBlocks({ id, filesChanged }: AgentTask, diffs: ReportDiffs): Markup | string {
  if (filesChanged.length === 0) return '';
  const files = diffs.of(id)?.files ?? [];
  const note = diffs.noteOf(id);
  const open = new Markup(files.length <= OPEN_FILES ? ' open' : '');
  return html`<div class="diffs">
    ${files.map(
      ({ path, lines, left: rest }) =>
        html`<details${open}>
          <summary><code>${path}</code></summary>
          <pre class="diff">${lines.map(diffLine)}</pre>
          ${rest === 0 ? '' : html`<p class="dim">${rest} more lines are not shown.</p>`}
        </details>`,
    )}
    ${note === '' ? '' : html`<p class="dim">${note}</p>`}
  </div>`;
}

function diffLine(line: string): Markup {
  const kind = line.startsWith('@@') ? 'hunk' : ({ '+': 'added', '-': 'removed' }[line.charAt(0)] ?? 'same');
  return html`<span class="${kind}">${line}</span>`;
}

function verification({ verification: check }: AgentTask): Markup | string {
  if (check === null) return '';
  const exit = check.exitCode === null ? 'unknown' : String(check.exitCode);
  return list('Verification', [
    html`<li>
      <code>${check.command}</code>
      <span class="${check.passed ? 'completed' : 'failed'}">${check.passed ? 'passed' : 'failed'}</span>,
      exit ${exit}, ${check.at.toISOString()}, output <code>${check.outputHash}</code>
    </li>`,
  ]);
}

function facts(rows: readonly (readonly [string, Fact])[]): Markup {
  return html`<dl>
    ${rows.map(
      ([name, { text, isCode }]) =>
        html`<dt>${name}</dt>
          <dd>${isCode ? html`<code>${text}</code>` : text}</dd>`,
    )}
  </dl>`;
}

function block(heading: string, text: string): Markup | string {
  return text.trim() === ''
    ? ''
    : html`<h3>${heading}</h3>
        <pre>${text}</pre>`;
}

function list(heading: string, items: readonly Markup[]): Markup | string {
  return items.length === 0
    ? ''
    : html`<h3>${heading}</h3>
        <ol>
          ${items}
        </ol>`;
}

function titleOf({ description }: AgentTask): string {
  const line = description.trim().split(/[\r\n]/, 1)[0] ?? '';
  return line.length <= TITLE ? line : `${line.slice(0, TITLE - 1)}…`;
}

function outcome({ status, reason }: AgentTask): string {
  return status === 'failed' && reason !== undefined ? `failed (${reason})` : status;
}

function summaryOf({ result }: AgentTask): string {
  if (typeof result !== 'object' || result === null || !('summary' in result)) return '';
  return typeof result.summary === 'string' ? result.summary : '';
}

function durationText(ms: number | null): string {
  if (ms === null) return 'unknown';
  return ms < 1000 ? `${String(Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}
