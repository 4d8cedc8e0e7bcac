import * as z from 'zod';

/** Every schema that the OpenAPI document names, by its name there. */
export const registry = z.registry<{ id: string }>();

/** Gives a schema its name in the OpenAPI document. */
export function named<S extends z.ZodType>(id: string, schema: S): S {
  registry.add(schema, { id });
  return schema;
}
