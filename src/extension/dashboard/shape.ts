/** Checks what came through the border between page and extension. Both sides use it, so it knows neither. */
export type Shape<T> = (value: unknown) => value is T;

type Shapes = Readonly<Record<string, Shape<never>>>;

export function text(most: number): Shape<string> {
  return (value): value is string => typeof value === 'string' && value.length <= most;
}

export function oneOf<const T extends string>(...values: readonly T[]): Shape<T> {
  return (value): value is T => (values as readonly unknown[]).includes(value);
}

export function number(least: number, most: number): Shape<number> {
  return (value): value is number => typeof value === 'number' && value >= least && value <= most;
}

export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value): value is T | null => value === null || shape(value);
}

export function listOf<T>(shape: Shape<T>, most: number): Shape<readonly T[]> {
  return (value): value is readonly T[] =>
    Array.isArray(value) && value.length <= most && value.every(entry => shape(entry));
}

/** Exactly these fields. */
export function record<T extends object>(fields: { readonly [Key in keyof T]: Shape<T[Key]> }): Shape<T> {
  const shapes = Object.entries(fields as Shapes);
  return (value): value is T => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    if (Object.keys(value).length !== shapes.length) return false;
    return shapes.every(([name, shape]) => Object.hasOwn(value, name) && shape(Reflect.get(value, name)));
  };
}

export function anyOf<T>(...shapes: readonly Shape<T>[]): Shape<T> {
  return (value): value is T => shapes.some(shape => shape(value));
}
