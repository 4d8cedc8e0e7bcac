import { invalidInput } from '../errors.ts';
import { parseLimit } from '../input.ts';
import type { SearchOptions, SearchPage, SessionSearch } from './searchPage.ts';
import { isEmptyQuery, parseSearchQuery } from './searchQuery.ts';

/** Finds what a person types. Rejects with `invalid_input` when that is no search, or nothing at all. */
export async function searchText(
  sessions: SessionSearch,
  text: string,
  now: Date,
  options: SearchOptions = {},
): Promise<SearchPage> {
  const query = parseSearchQuery(text, now);
  if (isEmptyQuery(query))
    throw invalidInput('q', 'There is nothing to search for. Give a word or a filter.');
  return sessions.search(query, { ...options, limit: parseLimit(options.limit) });
}
