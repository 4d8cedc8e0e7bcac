/** Characters by which a trigger is known to be near. */
const KEY = 3;
const KEY_MASK = 0xffffff;
/** Makes capital ASCII letters small ones, in four bytes. */
const SMALL = 0x20202020;
const WINDOW = 32 * 1024;
/** Bytes that are looked at together. */
const STEP = 4;
const HASHES = 1 << 16;
/** In prose and code, from often to seldom; what is not here is more seldom still. */
const COMMON = ' etaoinsrlcdpumhgfybw.-_/01,v"\':;()kx=<>{}23456789jqz';

export interface Trigger {
  /** ASCII. */
  readonly text: string;
  /** Then it has at least three characters, all of them small letters if letters at all. */
  readonly ignoresCase: boolean;
}

interface Place {
  /** In the list of triggers. */
  readonly index: number;
  readonly trigger: Trigger;
  /** Where in the trigger its key is. */
  readonly offset: number;
}

/**
 * Which of many short texts occur in a long one, found in one pass over it: searching for each by itself would read it as often
 * as there are texts.
 *
 * A trigger is known by its key, those three characters of it that other texts have least. Four bytes hold two keys, so that
 * reading four at every second place sees all of them, and a table says which are known, whatever their case. Where one is, the
 * text itself decides.
 * Characters beyond Latin-1 are cut to a byte: that may resemble a key and never hides one.
 */
export class TriggerScan {
  readonly #short: Place[] = [];
  readonly #bytes = Buffer.from(new ArrayBuffer(WINDOW + 2 * STEP));
  readonly #view = new DataView(this.#bytes.buffer);
  /** 1 for the hash of a key. */
  readonly #known = new Uint8Array(HASHES);
  readonly #byKey = new Map<number, readonly Place[]>();

  constructor(triggers: readonly Trigger[]) {
    for (const [index, trigger] of triggers.entries()) {
      const { text } = trigger;
      if (text.length < KEY) {
        this.#short.push({ index, trigger, offset: 0 });
        continue;
      }
      const offset = rarestKey(text);
      this.#bytes.write(text.slice(offset), 'latin1');
      const key = (this.#view.getUint32(0, true) | SMALL) & KEY_MASK;
      this.#known[hashOf(key)] = 1;
      this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), { index, trigger, offset }]);
    }
  }

  /** The positions, in the list that was given, of those that occur in `text`. */
  occurringIn(text: string): ReadonlySet<number> {
    const found = new Set<number>();
    for (const { index, trigger } of this.#short) if (text.includes(trigger.text)) found.add(index);
    for (let from = 0; from < text.length; from += WINDOW - KEY + 1) this.#scanWindow(text, from, found);
    return found;
  }

  #scanWindow(text: string, from: number, found: Set<number>): void {
    const part = text.length <= WINDOW ? text : text.slice(from, from + WINDOW);
    const length = this.#bytes.write(part, 'latin1');
    const [view, known] = [this.#view, this.#known];
    // What an earlier text left behind the end is no more than another place to compare.
    for (let at = 0; at < length; at += STEP) {
      const low = view.getUint32(at, true) | SMALL;
      const high = view.getUint32(at + 2, true) | SMALL;
      const isNear =
        (known[hashOf(low & KEY_MASK)] ?? 0) |
        (known[hashOf(low >>> 8)] ?? 0) |
        (known[hashOf(high & KEY_MASK)] ?? 0) |
        (known[hashOf(high >>> 8)] ?? 0);
      if (isNear !== 0) this.#look(text, from, at, found);
    }
  }

  #look(text: string, from: number, start: number, found: Set<number>): void {
    for (let at = start; at < start + STEP; at++) {
      const key = (this.#view.getUint32(at, true) | SMALL) & KEY_MASK;
      for (const { index, trigger, offset } of this.#byKey.get(key) ?? []) {
        if (!found.has(index) && isAt(text, from + at - offset, trigger)) found.add(index);
      }
    }
  }
}

function isAt(text: string, at: number, trigger: Trigger): boolean {
  if (!trigger.ignoresCase) return text.startsWith(trigger.text, at);
  return text.slice(at, at + trigger.text.length).toLowerCase() === trigger.text;
}

/** A multiplication spreads a key over the upper bits. */
function hashOf(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> 16;
}

/** Where in the trigger the three characters are that other texts have least. */
function rarestKey(trigger: string): number {
  let rarest = 0;
  let seldomness = -1;
  for (let offset = 0; offset + KEY <= trigger.length; offset++) {
    const ranks = Array.from(trigger.slice(offset, offset + KEY), rankOf);
    const product = ranks.reduce((all, rank) => all * rank, 1);
    if (product > seldomness) [rarest, seldomness] = [offset, product];
  }
  return rarest;
}

function rankOf(character: string): number {
  const place = COMMON.indexOf(character.toLowerCase());
  return place < 0 ? 2 * COMMON.length : place + 2;
}
