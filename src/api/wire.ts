import type * as z from 'zod';
import type { Wire } from '../core/wire.ts';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Matches<A, B> = Same<A, B> extends true ? Same<keyof A, keyof B> : false;

/**
 * Ties a schema to the type of the domain that it describes: `wire<SessionMetadata>()(schema)` compiles only while both have
 * the same fields of the same types.
 */
export function wire<T>(): <S extends z.ZodType>(
  schema: Matches<z.infer<S>, Wire<T>> extends true ? S : never,
) => S {
  return schema => schema;
}
