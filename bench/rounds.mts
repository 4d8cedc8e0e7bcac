/** What is measured: does the work once and returns what it took, in milliseconds (or any other unit). */
export type Subject = () => number | Promise<number>;

export interface Measured {
  readonly median: number;
  readonly values: readonly number[];
}

/**
 * Measures several subjects in rounds, A-B-A-B, in turns of changing direction: what else the machine does meanwhile
 * meets them all alike. The first round only warms up.
 */
export async function interleave<K extends string>(
  rounds: number,
  subjects: Readonly<Record<K, Subject>>,
): Promise<Record<K, Measured>> {
  const values = await interleaved<K, number>(rounds, subjects);
  const result: Partial<Record<K, Measured>> = {};
  for (const [name, list] of Object.entries(values) as [K, number[]][]) result[name] = measured(list);
  return result as Record<K, Measured>;
}

/** The same for work that says more than one number. */
export async function interleaved<K extends string, T>(
  rounds: number,
  subjects: Readonly<Record<K, () => T | Promise<T>>>,
): Promise<Record<K, T[]>> {
  const names = Object.keys(subjects) as K[];
  const values = new Map<K, T[]>(names.map(name => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) {
      const value = await subjects[name]();
      if (round > 0) values.get(name)?.push(value);
    }
  }
  return Object.fromEntries(values) as Record<K, T[]>;
}

/**
 * The same for short work on a noisy disk: each round has `repeats` turns, and its value is their median, so that what
 * stalls a few of them decides nothing. A whole round warms up.
 */
export async function interleaveFinely<K extends string>(
  rounds: number,
  repeats: number,
  subjects: Readonly<Record<K, Subject>>,
): Promise<Record<K, Measured>> {
  const turns = await interleave((rounds + 1) * repeats - 1, subjects);
  const result: Partial<Record<K, Measured>> = {};
  for (const [name, { values }] of Object.entries(turns) as [K, Measured][]) {
    const medians = Array.from({ length: rounds }, (_, round) =>
      median(values.slice((round + 1) * repeats - 1, (round + 2) * repeats - 1)),
    );
    result[name] = measured(medians);
  }
  return result as Record<K, Measured>;
}

export function measured(values: readonly number[]): Measured {
  return { median: median(values), values };
}

/** How long `work` takes, in milliseconds. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** What `work` takes of the processor, in milliseconds: without waiting, be it for a disk or for a busy machine. */
export async function processorTimed(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

export function ratio(of: Measured, to: Measured): number {
  return of.median / to.median;
}

/** The smallest and the largest ratio of values measured in the same round: how much to trust the ratio of the medians. */
export function spread(of: Measured, to: Measured): readonly [number, number] {
  const ratios = of.values.map((value, round) => value / (to.values[round] ?? NaN));
  return [Math.min(...ratios), Math.max(...ratios)];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
