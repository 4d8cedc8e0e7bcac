import type * as z from 'zod';
import { ApiError } from './errors.ts';

/** A query as it came: a list where a name came more than once. */
export type QueryValues = Readonly<Record<string, string | readonly string[]>>;

/** What names something in a path. What does not even look like a name of something is the name of nothing. */
export function parsePath<S extends z.ZodType>(schema: S, values: unknown): z.infer<S> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  throw new ApiError('not_found', 'There is nothing of that id.');
}

export function parsePart<S extends z.ZodType>(
  schema: S,
  part: 'query' | 'body',
  value: unknown,
): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = unknown ?? (path === '' ? undefined : path);
  const isMissing = issue?.code === 'invalid_type' && issue.message.endsWith('received undefined');
  const message = isMissing ? 'missing' : (issue?.message ?? 'not understood');
  const place = path === '' ? `The ${part}` : `"${path}" in the ${part}`;
  throw new ApiError('invalid_input', `${place}: ${message}. Nothing was changed.`, {
    ...(field !== undefined && { field: field.slice(0, 100) }),
  });
}

export function queryValues(search: URLSearchParams): QueryValues {
  const values = new Map<string, string | readonly string[]>();
  for (const name of search.keys()) {
    const all = search.getAll(name);
    values.set(name, all.length === 1 ? (all[0] ?? '') : all);
  }
  return Object.fromEntries(values);
}
