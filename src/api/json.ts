import { inertJson } from '../core/inertJson.ts';

const texts = new WeakMap<object, string>();

/** `inertJson` of values that never change, made once each. */
export function inertJsonOf(value: object): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const made = inertJson(value);
  texts.set(value, made);
  return made;
}
