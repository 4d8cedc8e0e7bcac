import { randomInt } from 'node:crypto';

/** `ci`: minutes, part of `npm test`. `nightly`: larger. */
export const tier: 'ci' | 'nightly' = process.env['CRASH_TIER'] === 'nightly' ? 'nightly' : 'ci';

/** Of the cases of a tier, for trying a suite out and for mutants. */
const share = Number(process.env['CRASH_SHARE'] ?? '1');

/** Random unless `CRASH_SEED` is given. Every suite prints it. */
export const seed = Number(process.env['CRASH_SEED'] ?? randomInt(2 ** 31));

/** How many cases a suite has in this run. */
export function cases(ci: number, nightly: number): number {
  return Math.max(1, Math.round((tier === 'nightly' ? nightly : ci) * share));
}
