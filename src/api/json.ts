// What would steer a terminal or reorder what a person reads: DEL, C1, separators, invisible and reordering characters, tags.
const HARMFUL =
  /[\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]|\u034f|\u17b4|\u17b5/gu;

/** JSON on one line in which such characters are escaped: the same value, inert where somebody prints it. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replace(HARMFUL, escaped);
}

const texts = new WeakMap<object, string>();

/** The same for values that never change, made once each. */
export function inertJsonOf(value: object): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const made = inertJson(value);
  texts.set(value, made);
  return made;
}

function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map(index => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}
