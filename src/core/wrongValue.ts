/** What a check of a shape found, as zod tells it. */
interface WrongValue {
  readonly code?: unknown;
  readonly input?: unknown;
  readonly expected?: unknown;
  readonly values?: unknown;
  readonly keys?: unknown;
  readonly origin?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly inclusive?: unknown;
  readonly format?: unknown;
}

const KINDS: Readonly<Record<string, string>> = {
  ...{ string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false' },
  ...{ array: 'a list', object: 'an object', record: 'an object' },
};
const FORMATS: Readonly<Record<string, string>> = {
  ...{ url: 'a web address', datetime: 'a time in ISO 8601', date: 'a date in ISO 8601' },
};
const MAX_SHOWN = 60;

/**
 * What is wrong with a value from outside, for people: what was expected and what came. It goes on after the name of the field
 * and a colon. `undefined`: nothing better is known than what the check itself says.
 */
export function wrongValue(wrong: WrongValue): string | undefined {
  const { code, input, expected, values, keys, format } = wrong;
  switch (code) {
    case 'invalid_type':
      if (input === undefined) return 'missing';
      return `not ${KINDS[String(expected)] ?? String(expected)} but ${kindOf(input)}`;
    case 'invalid_value': {
      const possible = either(listOf(values).map(value => JSON.stringify(value)));
      return input === undefined ? `missing: ${possible}` : `not ${possible} but ${shown(input)}`;
    }
    case 'unrecognized_keys':
      // One at a time: who misspelt one corrects one.
      return `${shown(listOf(keys)[0])} is not known here`;
    case 'invalid_format': {
      // An address may hold a password: it is not repeated.
      const form = FORMATS[String(format)];
      return form && `not ${form}`;
    }
    case 'invalid_union':
      return `not of a form that is known here but ${kindOf(input)}`;
    case 'too_small':
      return tooSmall(wrong);
    case 'too_big':
      return tooBig(wrong);
    default:
      return undefined;
  }
}

function tooSmall({ origin, minimum, inclusive, input }: WrongValue): string {
  const unit = unitOf(origin);
  if (unit === '')
    return `not ${inclusive === false ? 'more than' : 'at least'} ${String(minimum)} but ${shown(input)}`;
  return minimum === 1 ? 'empty' : `fewer than ${String(minimum)}${unit}`;
}

function tooBig({ origin, maximum, inclusive, input }: WrongValue): string {
  const unit = unitOf(origin);
  if (unit === '')
    return `not ${inclusive === false ? 'less than' : 'at most'} ${String(maximum)} but ${shown(input)}`;
  return `more than ${String(maximum)}${unit}`;
}

/** Of what a value has too many or too few; nothing for a number. */
function unitOf(origin: unknown): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}

/** Where something else belongs, a text may be anything, and a key, too: it is not repeated. */
function kindOf(value: unknown): string {
  return typeof value === 'string' ? 'a text' : shown(value);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return value.length > MAX_SHOWN ? 'a longer text' : JSON.stringify(value);
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return value === null ? 'null' : 'an object';
  }
}

/** `"a", "b" or "c"` */
function either(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
