import { inertLine } from '../core/inertText.ts';
import type { Excerpt, SearchHit, SearchPage } from '../core/search/searchPage.ts';
import type { Style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { fit, padEnd, textWidth } from './textWidth.ts';

const FIELDS = { title: 'title', task: 'task', command: 'command', output: 'output', file: 'file' } as const;
const FIELD_WIDTH = Math.max(...Object.values(FIELDS).map(textWidth));

/** What was found: for people each with the match in context, elsewhere one tab-separated line a hit. */
export function searchText(terminal: Terminal, { hits, nextCursor }: SearchPage): string {
  if (!terminal.isPerson) return hits.map(plainRow).join('');
  if (hits.length === 0) return 'Nothing has all of this. Fewer words find more.\n';
  const more =
    nextCursor === undefined ? [] : [terminal.style.dim(`There is more: --cursor ${inertLine(nextCursor)}`)];
  const now = new Date();
  return `${[...hits.flatMap(hit => block(terminal, hit, now)), ...more].join('\n')}\n`;
}

/** The task or the session, where the match is, and how to get there. */
function block({ style, format, columns }: Terminal, hit: SearchHit, now: Date): string[] {
  const { task, field, at, sessionId, sessionTitle } = hit;
  const paint =
    task?.status === 'failed' ? style.red : task?.status === 'completed' ? style.green : style.blue;
  const mark = task === null ? '▸' : { completed: '✓', failed: '✗', running: '…', pending: '·' }[task.status];
  const place = [
    format.age(at, now),
    ...(task === null ? [] : [sessionTitle === '' ? sessionId : sessionTitle]),
    task?.id ?? sessionId,
  ].join(' · ');
  const title = task?.title ?? sessionTitle;
  const isSaid = (field === 'task' && hit.text === title) || field === 'title';
  const head = isSaid ? highlighted(hit, columns - 2, style) : fit(title, columns - 2);
  const found = `  ${style.dim(padEnd(FIELDS[field], FIELD_WIDTH))} ${highlighted(hit, columns - FIELD_WIDTH - 3, style)}`;
  return [
    `${paint(mark)} ${head}`,
    ...(isSaid ? [] : [found]),
    `  ${style.dim(fit(inertLine(place), columns - 2))}`,
  ];
}

/** No wider than `width`, its matches in colour. */
function highlighted({ text, ranges }: Excerpt, width: number, style: Style): string {
  const cut = fit(text, width);
  const end = cut === text ? text.length : cut.length - 1;
  let shown = '';
  let last = 0;
  for (const [from, to] of ranges) {
    if (from >= end) break;
    shown += text.slice(last, from) + style.bold(style.yellow(text.slice(from, Math.min(to, end))));
    last = Math.min(to, end);
  }
  return shown + cut.slice(last);
}

function plainRow({ sessionId, task, field, at, text }: SearchHit): string {
  const columns = [sessionId, task?.id ?? '', task?.status ?? '', at.toISOString(), field, inertLine(text)];
  return `${columns.join('\t')}\n`;
}
