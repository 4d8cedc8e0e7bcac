import { foldText } from '../../core/search/foldText.ts';
import type { SearchQuery } from '../../core/search/searchQuery.ts';
import type { SessionState } from '../../core/state.ts';
import { trigramsOf } from './trigramSet.ts';

/** Trigrams that a session must have to be worth reading: of each entry, all of one of its alternatives. */
export type SearchNeeds = readonly (readonly (readonly number[])[])[];

/** What no text has in front of a word: facts are in the index as texts that nobody can type. */
const FACT = '\u0001';

export function needsOf({ terms, file, status, type, agent }: SearchQuery): SearchNeeds {
  const facts = [
    status.map(name => factOf('status', name)),
    type.map(name => factOf('type', name)),
    agent.map(name => factOf('agent', name)),
  ];
  const alternatives = [...terms.map(term => [term]), file, ...facts].filter(list => list.length > 0);
  return alternatives.map(list => list.map(trigramsOf));
}

/** Of the sessions whose tasks changed a file; sessions may work in folders below, so only its name is certain. */
export function needsOfFile(path: string): SearchNeeds {
  return [[trigramsOf(foldText(path.slice(path.lastIndexOf('/') + 1)))]];
}

export function needsOfCommit(hash: string): SearchNeeds {
  return [[trigramsOf(factOf('commit', hash))]];
}

/** The facts of a session that filters ask for, as texts for the index. */
export function factsOf({ metadata, tasks }: SessionState): ReadonlySet<string> {
  const facts = new Set([factOf('status', metadata.status)]);
  for (const { status, type, agent, commits } of tasks) {
    for (const commit of commits) facts.add(factOf('commit', commit));
    facts.add(factOf('status', status));
    facts.add(factOf('type', type));
    facts.add(factOf('agent', foldText(agent)));
  }
  return facts;
}

export function factOf(name: 'status' | 'type' | 'agent' | 'commit', value: string): string {
  return `${FACT}${name}:${value}`;
}
