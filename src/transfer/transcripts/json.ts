/** Foreign JSON, looked at without trust: a field that is not what it should be is not there. */
export type Json = Readonly<Record<string, unknown>>;

export function record(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** A field that is the object's own; `__proto__` and its like are never followed. */
export function field(value: unknown, name: string): unknown {
  const found = record(value);
  return found !== undefined && Object.hasOwn(found, name) ? found[name] : undefined;
}

export function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' ? found : undefined;
}

export function number(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : undefined;
}

export function list(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? found : [];
}

/** A time as ISO 8601 UTC, from such a text or from milliseconds. */
export function time(value: unknown): string | undefined {
  const date = typeof value === 'string' || typeof value === 'number' ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

export function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** The text of a content that is a text, or a list of parts of which some are. */
export function contentText(content: unknown, ...types: readonly string[]): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .filter(part => types.includes(text(part, 'type') ?? ''))
    .map(part => text(part, 'text') ?? '')
    .join('\n');
}
