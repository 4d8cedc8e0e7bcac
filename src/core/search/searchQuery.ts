import { invalidInput } from '../errors.ts';
import { parseSince } from '../since.ts';
import type { SessionStatus } from '../session.ts';
import { TASK_STATUSES, TASK_TYPES, type TaskStatus, type TaskType } from '../task.ts';
import { foldText } from './foldText.ts';

/** What a search asks for. Filters of one kind are alternatives; everything else must hold together. */
export interface SearchQuery {
  /** Folded texts that must all occur. */
  readonly terms: readonly string[];
  readonly status: readonly (TaskStatus | SessionStatus)[];
  readonly type: readonly TaskType[];
  /** Folded names, or beginnings of them. */
  readonly agent: readonly string[];
  /** Folded parts of the paths of changed files. */
  readonly file: readonly string[];
  /** Only what something happened to then or later. */
  readonly since: Date | undefined;
}

const SEARCH_FILTERS = ['status', 'type', 'agent', 'file', 'since'] as const;
type Filter = (typeof SEARCH_FILTERS)[number];

const STATUSES: readonly (TaskStatus | SessionStatus)[] = ['active', ...TASK_STATUSES];
const MAX_LENGTH = 1000;
/** `name:value`, the value in quotes or not; a text in quotes; a word. A quote that is not closed goes on to the end. */
const TOKEN = /([a-z]+):(?![:/\\])(?:"([^"]*)(?:"|$)|([^\s"]*))|"([^"]*)(?:"|$)|([^\s"]+)/gy;

/**
 * Reads what a person types: words and `"phrases"` that must all occur, and filters (`status:failed`, `type:git`, `agent:direct`,
 * `file:src/app.ts`, `since:7d`). Refuses, as `invalid_input`, a filter that there is not, naming those that there are.
 */
export function parseSearchQuery(text: string, now: Date): SearchQuery {
  if (text.length > MAX_LENGTH)
    throw invalidInput('q', `A search has at most ${String(MAX_LENGTH)} characters. Nothing was searched.`);
  const terms: string[] = [];
  const filters: Record<Filter, string[]> = { status: [], type: [], agent: [], file: [], since: [] };
  for (const [, name, quotedValue, value, phrase, word] of tokensOf(text)) {
    if (name === undefined) terms.push(phrase ?? word ?? '');
    else addFilter(name, quotedValue ?? value ?? '', filters, terms);
  }
  const since = filters.since.map(each => parseSince(each, now)).sort((a, b) => b.getTime() - a.getTime());
  return {
    terms: [...new Set(terms.map(foldText))].filter(term => term.trim() !== ''),
    status: filters.status.map(each => oneOf('status', each, STATUSES)),
    type: filters.type.map(each => oneOf('type', each, TASK_TYPES)),
    agent: filters.agent.map(foldText),
    file: filters.file.map(each => foldText(each).replaceAll('\\', '/')),
    since: since[0],
  };
}

/** Whether a search asks for nothing at all. */
export function isEmptyQuery({ terms, status, type, agent, file, since }: SearchQuery): boolean {
  return [terms, status, type, agent, file].every(list => list.length === 0) && since === undefined;
}

function* tokensOf(text: string): Generator<readonly (string | undefined)[]> {
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) TOKEN.lastIndex = at + 1;
    else yield match;
  }
}

function addFilter(name: string, value: string, filters: Record<Filter, string[]>, terms: string[]): void {
  const filter = SEARCH_FILTERS.find(known => known === name);
  if (filter !== undefined) {
    if (value === '') throw invalidInput('q', `${name}: needs a value. ${exampleOf(filter)}`);
    filters[filter].push(value);
  } else if (value === '') {
    // As in "error:", which programs print.
    terms.push(`${name}:`);
  } else {
    const known = SEARCH_FILTERS.map(each => `${each}:`).join(', ');
    const quoted = `To search for it as text, put it in quotes: "${name}:${value}".`;
    throw invalidInput('q', `There is no filter ${name}:. There are ${known}. ${quoted}`);
  }
}

function exampleOf(filter: Filter): string {
  const examples: Readonly<Record<Filter, string>> = {
    status: `It is ${STATUSES.join(', ')}.`,
    type: `It is ${TASK_TYPES.join(', ')}.`,
    agent: 'It is direct, model or acp:NAME.',
    file: 'It is a part of a path, such as src/app.ts.',
    since: 'It is a date such as 2026-01-31, or how long ago: 12h, 7d, 2w.',
  };
  return examples[filter];
}

function oneOf<T extends string>(filter: 'status' | 'type', value: string, known: readonly T[]): T {
  const found = known.find(each => each === value.toLowerCase());
  if (found !== undefined) return found;
  throw invalidInput('q', `There is no ${filter}:${value}. ${exampleOf(filter)}`);
}
