/**
 * Shapes of JSON: each checks a value and publishes itself as JSON Schema, so that the format that is read and the format
 * that is documented cannot drift apart. Extra properties are allowed everywhere: newer versions add them.
 */
export interface Shape<out T> {
  readonly schema: JsonSchema;
  readonly accepts: (value: unknown) => value is T;
}

export type JsonSchema = Readonly<Record<string, unknown>>;
export type ShapeType<S> = S extends Shape<infer T> ? T : never;
type Shapes = Readonly<Record<string, Shape<unknown>>>;
type Required<R extends Shapes> = { readonly [K in keyof R]: ShapeType<R[K]> };
type Optional<O extends Shapes> = { readonly [K in keyof O]?: ShapeType<O[K]> };

/** How deep free-form values (results, tool input) may nest. */
const MAX_DEPTH = 64;

function shape<T>(schema: JsonSchema, accepts: (value: unknown) => boolean): Shape<T> {
  return { schema, accepts: (value): value is T => accepts(value) };
}

export const text = shape<string>({ type: 'string' }, value => typeof value === 'string');
export const flag = shape<boolean>({ type: 'boolean' }, value => typeof value === 'boolean');
export const integer = shape<number>({ type: 'integer' }, Number.isSafeInteger);
export const count = shape<number>(
  { type: 'integer', minimum: 0 },
  value => Number.isSafeInteger(value) && Number(value) >= 0,
);
export const amount = shape<number>(
  { type: 'number', minimum: 0 },
  value => typeof value === 'number' && Number.isFinite(value) && value >= 0,
);

/** Anything that nests at most 64 deep. */
export const anything = shape<unknown>({}, value => isShallow(value, MAX_DEPTH));

/** An object with any keys, at most 64 deep. */
export const anyObject = shape<Readonly<Record<string, unknown>>>(
  { type: 'object' },
  value => isPlainObject(value) && isShallow(value, MAX_DEPTH),
);

export function matching(pattern: RegExp): Shape<string> {
  return shape(
    { type: 'string', pattern: pattern.source },
    value => typeof value === 'string' && pattern.test(value),
  );
}

export function oneOf<const T extends string | number | boolean>(...values: readonly T[]): Shape<T> {
  return shape({ enum: values }, value => values.some(known => known === value));
}

export function nullable<T>(inner: Shape<T>): Shape<T | null> {
  return shape({ anyOf: [inner.schema, { type: 'null' }] }, value => value === null || inner.accepts(value));
}

export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return shape(
    { type: 'array', items: item.schema },
    value => Array.isArray(value) && value.every(item.accepts),
  );
}

/** A list of exactly these, in this order. */
export function tuple<const S extends readonly Shape<unknown>[]>(
  ...items: S
): Shape<{ readonly [K in keyof S]: ShapeType<S[K]> }> {
  const { length } = items;
  const prefixItems = items.map(({ schema }) => schema);
  return shape(
    { type: 'array', prefixItems, minItems: length, items: false },
    value =>
      Array.isArray(value) &&
      value.length === length &&
      items.every((item, index) => item.accepts(value[index])),
  );
}

export function object<R extends Shapes>(required: R): Shape<Required<R>>;
export function object<R extends Shapes, O extends Shapes>(
  required: R,
  optional: O,
): Shape<Required<R> & Optional<O>>;
export function object(required: Shapes, optional: Shapes = {}): Shape<unknown> {
  const needed = Object.entries(required);
  const allowed = Object.entries(optional);
  const properties = Object.fromEntries([...needed, ...allowed].map(([key, { schema }]) => [key, schema]));
  const schema = { type: 'object', properties, required: needed.map(([key]) => key) };
  return shape(
    schema,
    value =>
      isPlainObject(value) &&
      needed.every(([key, inner]) => Object.hasOwn(value, key) && inner.accepts(value[key])) &&
      allowed.every(([key, inner]) => !Object.hasOwn(value, key) || inner.accepts(value[key])),
  );
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every(inner => isShallow(inner, depth - 1));
}
