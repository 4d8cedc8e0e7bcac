import { inertLine } from '../inertText.ts';
import type { SessionMetadata } from '../session.ts';
import type { AgentTask } from '../task.ts';
import type { ToolCall } from '../toolCall.ts';
import { excerptOf } from './excerpt.ts';
import { foldText } from './foldText.ts';
import type { SearchHit } from './searchPage.ts';
import type { SearchQuery } from './searchQuery.ts';
import { callsByTask, type FieldText, pathsOf, type SessionText, textsOfTask } from './sessionText.ts';

const LONGEST_TITLE = 200;

/** What of a session is found: the session itself when its title has every term, then its tasks, newest first. */
export function* matchSession(text: SessionText, query: SearchQuery): Generator<SearchHit> {
  const { metadata, tasks } = text.state;
  const title = foldText(metadata.title);
  const isTitled = query.terms.map(term => title.includes(term));
  if (query.terms.length > 0 && isTitled.every(Boolean) && passesSession(metadata, query))
    yield hitOf(metadata, null, { field: 'title', text: metadata.title }, title, query);
  const left = query.terms.filter((_, index) => isTitled[index] !== true);
  let calls: ReadonlyMap<string, readonly ToolCall[]> | undefined;
  for (const task of tasks.newestFirst()) {
    if (!passesTask(task, query)) continue;
    calls ??= callsByTask(text.state);
    const found = findIn(
      textsOfTask(task, calls.get(task.id) ?? [], call => text.outputOf(call)),
      query.terms,
      left,
    );
    if (found !== undefined) yield hitOf(metadata, task, found, found.folded, query);
  }
}

interface Found extends FieldText {
  readonly folded: string;
}

/** The first text that has any of the terms, when all that are `needed` occur in one text or another. */
function findIn(
  texts: Iterable<FieldText>,
  terms: readonly string[],
  needed: readonly string[],
): Found | undefined {
  const missing = new Set(needed);
  let first: Found | undefined;
  for (const { field, text } of texts) {
    const folded = foldText(text);
    for (const term of missing) if (folded.includes(term)) missing.delete(term);
    if (terms.length === 0 || (first === undefined && terms.some(term => folded.includes(term))))
      first ??= { field, text, folded };
    if (missing.size === 0 && first !== undefined) return first;
  }
  return undefined;
}

function passesSession({ status, updatedAt }: SessionMetadata, query: SearchQuery): boolean {
  if (query.type.length > 0 || query.agent.length > 0 || query.file.length > 0) return false;
  return (
    (query.status.length === 0 || query.status.includes(status)) &&
    (query.since === undefined || updatedAt >= query.since)
  );
}

function passesTask(task: AgentTask, { status, type, agent, file, since }: SearchQuery): boolean {
  return (
    (status.length === 0 || status.includes(task.status)) &&
    (type.length === 0 || type.includes(task.type)) &&
    (since === undefined || task.updatedAt >= since) &&
    (agent.length === 0 || agent.some(name => foldText(task.agent).startsWith(name))) &&
    (file.length === 0 || task.filesChanged.flatMap(pathsOf).some(path => hasPart(path, file)))
  );
}

function hasPart(path: string, parts: readonly string[]): boolean {
  const folded = foldText(path);
  return parts.some(part => folded.includes(part));
}

function hitOf(
  session: SessionMetadata,
  task: AgentTask | null,
  { field, text }: FieldText,
  folded: string,
  { terms }: SearchQuery,
): SearchHit {
  const places = terms.map(term => folded.indexOf(term)).filter(place => place >= 0);
  return {
    sessionId: session.sessionId,
    sessionTitle: inertLine(session.title),
    task: task && {
      id: task.id,
      title: titleOf(task),
      type: task.type,
      status: task.status,
      agent: inertLine(task.agent),
    },
    at: task?.updatedAt ?? session.updatedAt,
    field,
    ...excerptOf(text, Math.min(...(places.length === 0 ? [0] : places)), terms),
  };
}

function titleOf({ description }: AgentTask): string {
  const line = inertLine(description.trim().split(/[\r\n]/, 1)[0] ?? '');
  return line.length <= LONGEST_TITLE ? line : `${line.slice(0, LONGEST_TITLE - 1)}…`;
}
