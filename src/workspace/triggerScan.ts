/** Characters by which a text is known to be near. */
const KEY = 3;
const MASK = 0xffff;

/**
 * Which of many short texts occur in a long one, found in one pass over it: searching for each by itself would read it as often
 * as there are texts.
 */
export class TriggerScan {
  readonly #triggers: readonly string[];
  /** 1 where a text begins with three characters of this hash. */
  readonly #known = new Uint8Array(MASK + 1);
  readonly #byHash = new Map<number, number[]>();
  readonly #short: readonly number[];

  constructor(triggers: readonly string[]) {
    this.#triggers = triggers;
    const indices = triggers.map((_, index) => index);
    this.#short = indices.filter(index => (triggers[index]?.length ?? 0) < KEY);
    for (const [index, trigger] of triggers.entries()) {
      if (trigger.length < KEY) continue;
      const hash = hashOf(trigger.charCodeAt(0), trigger.charCodeAt(1), trigger.charCodeAt(2));
      this.#known[hash] = 1;
      this.#byHash.set(hash, [...(this.#byHash.get(hash) ?? []), index]);
    }
  }

  /** The positions, in the list that was given, of those that occur in `text`. */
  occurringIn(text: string): ReadonlySet<number> {
    const found = new Set(this.#short.filter(index => text.includes(this.#triggers[index] ?? '')));
    let first = text.charCodeAt(0);
    let second = text.charCodeAt(1);
    for (let at = KEY - 1; at < text.length; at++) {
      const third = text.charCodeAt(at);
      const hash = hashOf(first, second, third);
      if (this.#known[hash] === 1) this.#check(text, at - KEY + 1, hash, found);
      first = second;
      second = third;
    }
    return found;
  }

  #check(text: string, at: number, hash: number, found: Set<number>): void {
    for (const index of this.#byHash.get(hash) ?? []) {
      if (!found.has(index) && text.startsWith(this.#triggers[index] ?? '', at)) found.add(index);
    }
  }
}

function hashOf(first: number, second: number, third: number): number {
  return (first * 961 + second * 31 + third) & MASK;
}
