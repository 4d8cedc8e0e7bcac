/** Characters by which a text is known to be near. */
const KEY = 3;
/** Bytes that are looked at together. */
const STEP = 8;
const WINDOW = 32 * 1024;
/** In prose and code, from often to seldom; what is not here is more seldom still. */
const COMMON = ' etaoinsrlcdpumhgfybw.-_/01,v"\':;()kx=<>{}23456789jqz';
const MASK = 0xffff;
const BEGINS = 1;
const ENDS = 2;

interface Place {
  /** In the list of triggers. */
  readonly index: number;
  /** Where in the trigger its key is. */
  readonly offset: number;
}

/**
 * Which of many short texts occur in a long one, found in one pass over it: searching for each by itself would read it as often
 * as there are texts.
 *
 * A trigger is known by the three characters of it that are the most seldom. Of three bytes in a row, two begin at an even
 * place: so the pass looks at every second place only, at four of them at once, and at pairs. Where one is known, the three
 * decide; what they say is compared with the text itself. Characters beyond Latin-1 are cut to a byte, which may resemble a
 * trigger and never hides one.
 */
export class TriggerScan {
  readonly #triggers: readonly string[];
  readonly #short: readonly number[];
  /** Room for a key that begins before the window's first step, and for one that ends after its last. */
  readonly #bytes = Buffer.from(new ArrayBuffer(WINDOW + 2 * STEP));
  readonly #pairs = new Uint16Array(this.#bytes.buffer);
  readonly #words = new Uint32Array(this.#bytes.buffer);
  /** Whether two bytes, as the machine reads them, are the beginning (1) or the end (2) of a key. */
  readonly #knownPairs = new Uint8Array(MASK + 1);
  /** 1 for the hash of a key. */
  readonly #knownKeys = new Uint8Array(MASK + 1);
  readonly #byHash = new Map<number, readonly Place[]>();

  /** The triggers are ASCII. */
  constructor(triggers: readonly string[]) {
    this.#triggers = triggers;
    const indices = triggers.map((_, index) => index);
    this.#short = indices.filter(index => (triggers[index]?.length ?? 0) < KEY);
    for (const [index, trigger] of triggers.entries()) {
      if (trigger.length >= KEY) this.#learn(trigger, index);
    }
  }

  /** The positions, in the list that was given, of those that occur in `text`. */
  occurringIn(text: string): ReadonlySet<number> {
    const found = new Set(this.#short.filter(index => text.includes(this.#triggers[index] ?? '')));
    // Windows overlap by what a key needs; all begin at an even place.
    for (let from = 0; from < text.length; from += WINDOW - STEP) {
      this.#scanWindow(text, from, found);
    }
    return found;
  }

  #learn(trigger: string, index: number): void {
    const offset = rarestKey(trigger);
    this.#bytes.write(trigger.slice(offset, offset + KEY), 'latin1');
    const hash = this.#hashAt(0);
    this.#knownKeys[hash] = 1;
    this.#byHash.set(hash, [...(this.#byHash.get(hash) ?? []), { index, offset }]);
    for (const [begin, what] of [
      [offset, BEGINS],
      [offset + 1, ENDS],
    ] as const) {
      this.#bytes.write(trigger.slice(begin, begin + 2), 'latin1');
      const pair = this.#pairs[0] ?? 0;
      this.#knownPairs[pair] = (this.#knownPairs[pair] ?? 0) | what;
    }
  }

  #scanWindow(text: string, from: number, found: Set<number>): void {
    const part = text.length <= WINDOW ? text : text.slice(from, from + WINDOW);
    const length = this.#bytes.write(part, 'latin1');
    const [words, known] = [this.#words, this.#knownPairs];
    // What an earlier text left behind the end is no more than another place to compare.
    for (let word = 0; 4 * word < length; word += 2) {
      const first = words[word] ?? 0;
      const second = words[word + 1] ?? 0;
      const isNear =
        (known[first & MASK] ?? 0) |
        (known[first >>> 16] ?? 0) |
        (known[second & MASK] ?? 0) |
        (known[second >>> 16] ?? 0);
      if (isNear !== 0) this.#look(text, from, 4 * word, found);
    }
  }

  /** For keys that hold one of the pairs from `start` on. */
  #look(text: string, from: number, start: number, found: Set<number>): void {
    for (let at = start; at < start + STEP; at += 2) {
      const known = this.#knownPairs[this.#pairs[at >> 1] ?? 0] ?? 0;
      if ((known & BEGINS) !== 0) this.#compare(text, from, at, found);
      if ((known & ENDS) !== 0 && at > 0) this.#compare(text, from, at - 1, found);
    }
  }

  #compare(text: string, from: number, at: number, found: Set<number>): void {
    const hash = this.#hashAt(at);
    if (this.#knownKeys[hash] === 0) return;
    for (const { index, offset } of this.#byHash.get(hash) ?? []) {
      if (found.has(index)) continue;
      if (text.startsWith(this.#triggers[index] ?? '', from + at - offset)) found.add(index);
    }
  }

  #hashAt(at: number): number {
    const bytes = this.#bytes;
    return ((bytes[at] ?? 0) * 961 + (bytes[at + 1] ?? 0) * 31 + (bytes[at + 2] ?? 0)) & MASK;
  }
}

/** Where in the trigger the three characters are that other texts have least. */
function rarestKey(trigger: string): number {
  let rarest = 0;
  let seldomness = -1;
  for (let offset = 0; offset + KEY <= trigger.length; offset++) {
    const ranks = [...trigger.slice(offset, offset + KEY)].map(rankOf);
    const product = ranks.reduce((all, rank) => all * rank, 1);
    if (product > seldomness) [rarest, seldomness] = [offset, product];
  }
  return rarest;
}

function rankOf(character: string): number {
  const place = COMMON.indexOf(character);
  return place < 0 ? 2 * COMMON.length : place + 2;
}
