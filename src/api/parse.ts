import * as z from 'zod';
import { wrongValue } from '../core/wrongValue.ts';
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
  const result = schema.safeParse(value, { error: wrongValue });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = unknown ?? (path === '' ? undefined : path);
  const place = path === '' ? `The ${part}` : `"${path}" in the ${part}`;
  const known = unknown !== undefined && schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const possible = known.length === 0 ? '' : ` Known: ${known.join(', ')}.`;
  const message = `${place}: ${issue?.message ?? 'not understood'}.${possible} Nothing was changed.`;
  throw new ApiError('invalid_input', message, {
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
