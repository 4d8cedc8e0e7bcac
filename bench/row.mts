import { ratio, spread, type Measured } from './rounds.mts';

/** `x`: a ratio. Times are never a value: they belong to a machine. */
export type Unit = 'x' | 'calls' | 'MB' | 'count';

export interface Target {
  readonly limit: number;
  /** `most`: the value must not exceed the limit. `least`: it must reach it. */
  readonly kind: 'most' | 'least';
}

/** One line of the table. */
export interface Row {
  readonly quantity: string;
  readonly value: number;
  readonly unit: Unit;
  /** Lowest and highest value of a round. */
  readonly range?: readonly [number, number];
  /** The same ratio of processor time, which does not count waiting for a busy machine. */
  readonly processor?: number;
  /** Without one, the row is there to explain others. */
  readonly target?: Target;
  /** How many rounds the value is the median of. */
  readonly rounds?: number;
}

export const atMost = (limit: number): Target => ({ limit, kind: 'most' });
export const atLeast = (limit: number): Target => ({ limit, kind: 'least' });

/** A ratio of the medians of what was measured in the same rounds. */
export function ratioRow(quantity: string, of: Measured, to: Measured, target?: Target): Row {
  const row = {
    quantity,
    value: ratio(of, to),
    unit: 'x',
    range: spread(of, to),
    rounds: of.values.length,
  } as const;
  return target === undefined ? row : { ...row, target };
}

export function valueRow(quantity: string, value: number, unit: Unit, target?: Target): Row {
  return target === undefined ? { quantity, value, unit } : { quantity, value, unit, target };
}

export function verdict({ value, target }: Row): 'reaches' | 'misses' | '' {
  if (target === undefined) return '';
  const reached = target.kind === 'most' ? value <= target.limit : value >= target.limit;
  return reached ? 'reaches' : 'misses';
}

export function valueText({ value, unit }: Pick<Row, 'value' | 'unit'>): string {
  const text =
    unit === 'calls' || unit === 'count' ? value.toString() : value.toPrecision(value >= 1000 ? 4 : 3);
  const plain = Number(text).toLocaleString('en', { maximumSignificantDigits: 6 });
  return unit === 'x' ? `${plain} x` : unit === 'MB' ? `${plain} MB` : plain;
}

export function targetText({ target, unit }: Row): string {
  if (target === undefined) return '';
  return `at ${target.kind} ${valueText({ value: target.limit, unit })}`;
}

export function processorText({ processor, unit }: Row): string {
  return processor === undefined ? '' : valueText({ value: processor, unit });
}

export function rangeText({ range, unit }: Row): string {
  if (range === undefined) return '';
  return range.map(value => valueText({ value, unit })).join(' to ');
}
