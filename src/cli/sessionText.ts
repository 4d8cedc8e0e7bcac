import { inertLine } from '../core/inertText.ts';
import type { DamagedFile, RecordDamage, SessionPage } from '../core/ports.ts';
import type { SessionMetadata } from '../core/session.ts';
import type { SessionStats } from '../core/stats.ts';
import type { AgentTask } from '../core/task.ts';
import { statsFacts } from './statsText.ts';
import { type Cell, facts, table } from './table.ts';
import { taskRows } from './taskText.ts';
import type { Terminal } from './terminal.ts';
import { fit } from './textWidth.ts';

const COLUMNS = [
  { header: '' },
  { header: 'TITLE', flexible: true },
  { header: 'DONE', align: 'right' },
  { header: 'STATUS' },
  { header: 'UPDATED' },
  { header: 'ID' },
] as const;

export interface ListedSessions extends SessionPage {
  readonly current: string | undefined;
  /** What to say when there is none. */
  readonly empty: string;
}

/** A page of sessions: a table for people, one tab-separated line a session elsewhere. */
export function sessionListText(terminal: Terminal, list: ListedSessions): string {
  if (!terminal.isPerson) return list.sessions.map(plainRow).join('') + damagedText(terminal, list.damaged);
  const { style, format } = terminal;
  const rows = list.sessions.map(session => cells(terminal, session, session.sessionId === list.current));
  const lines =
    table(COLUMNS, rows, terminal.columns, style) ??
    list.sessions.flatMap((session, index) => card(terminal, session, rows[index] ?? []));
  const { length } = list.sessions;
  const of = list.total === undefined || list.total === length ? '' : ` of ${format.number(list.total)}`;
  const more =
    list.nextCursor === undefined
      ? []
      : [style.dim(`${format.number(length)}${of}. More: --cursor ${inertLine(list.nextCursor)}`)];
  const body = length === 0 ? [list.empty] : [...lines, ...more];
  return `${body.join('\n')}\n${damagedText(terminal, list.damaged)}`;
}

/** One session in full. */
export function sessionText(
  terminal: Terminal,
  session: SessionMetadata,
  stats: SessionStats,
  more: {
    readonly isCurrent: boolean;
    readonly tasks: readonly AgentTask[];
    readonly damage: readonly RecordDamage[];
  },
): string {
  const { style, format } = terminal;
  const lines = [
    style.bold(titleOf(session)),
    ...facts(
      [
        ['session', session.sessionId],
        ['status', statusOf(session) + (more.isCurrent ? ' · current' : '')],
        ['folder', inertLine(session.workingDirectory)],
        ['started', format.date(session.startTime)],
        ['ended', session.endTime && format.date(session.endTime)],
        ['imported', session.imported && `${session.imported.from} · ${inertLine(session.imported.source)}`],
        [
          'forked from',
          session.forked && inertLine([session.forked.from, session.forked.at ?? []].flat().join(' at ')),
        ],
        ['author', session.author === null ? undefined : inertLine(session.author)],
        ['tags', session.tags.map(inertLine).join(', ')],
        ...statsFacts(format, stats),
      ],
      style,
    ),
    ...(more.tasks.length === 0 ? [] : ['', ...taskRows(terminal, more.tasks)]),
    ...more.damage.map(({ file, offset, problem }) =>
      style.yellow(`! ${inertLine(file)} at byte ${format.number(offset)}: ${inertLine(problem)}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

export function titleOf(session: Pick<SessionMetadata, 'title'>): string {
  return inertLine(session.title) || 'New session';
}

function cells(terminal: Terminal, session: SessionMetadata, isCurrent: boolean): Cell[] {
  const { style, format } = terminal;
  const { completedTasks: completed, totalTasks: total, failedTasks: failed } = session;
  const done = `${format.number(completed)}/${format.number(total)}`;
  return [
    { text: isCurrent ? '*' : ' ', style: style.green },
    { text: titleOf(session), style: isCurrent ? style.bold : (text: string) => text },
    { text: failed === 0 ? done : `${done}, ${format.number(failed)} failed` },
    { text: statusOf(session), style: session.status === 'failed' ? style.red : (text: string) => text },
    { text: format.age(session.updatedAt, new Date()), style: style.dim },
    { text: session.sessionId, style: style.dim },
  ];
}

/** For windows too narrow for a table. */
function card(terminal: Terminal, session: SessionMetadata, row: readonly Cell[]): string[] {
  const [mark, , done, status, updated] = row.map(({ text }) => text);
  const { columns, style } = terminal;
  return [
    fit(`${mark ?? ''} ${titleOf(session)}`, columns),
    `  ${style.dim(fit([done, status, updated].join(' · '), columns - 2))}`,
    `  ${style.dim(session.sessionId)}`,
  ];
}

function statusOf(session: SessionMetadata): string {
  return [
    session.status,
    ...(session.pinned ? ['pinned'] : []),
    ...(session.archived ? ['archived'] : []),
    ...(session.imported === undefined ? [] : ['imported']),
  ].join(' · ');
}

function plainRow(session: SessionMetadata): string {
  const { sessionId, status, completedTasks, totalTasks, updatedAt } = session;
  const done = `${String(completedTasks)}/${String(totalTasks)}`;
  return `${[sessionId, status, done, updatedAt.toISOString(), titleOf(session)].join('\t')}\n`;
}

function damagedText({ style, format, isPerson }: Terminal, damaged: readonly DamagedFile[]): string {
  if (damaged.length === 0) return '';
  if (!isPerson)
    return damaged
      .map(({ file, problem }) => `damaged\t${inertLine(file)}\t${inertLine(problem)}\n`)
      .join('');
  const lines = damaged.map(({ file, problem }) => `  ${inertLine(file)}: ${inertLine(problem)}`);
  return `\n${style.yellow(`Damaged (${format.number(damaged.length)})`)}\n${lines.join('\n')}\n`;
}
