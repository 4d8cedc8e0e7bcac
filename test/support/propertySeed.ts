/**
 * Generated cases are the same in every run, so that a red run is red because of what changed. `PROPERTY_SEED=any` looks
 * for new ones, `PROPERTY_SEED=NUMBER` repeats a run.
 */
import fc from 'fast-check';

const FIXED = 20261122;

/** Every property starts from it that names no seed of its own. */
export const propertySeed = seedOf(process.env['PROPERTY_SEED']);

fc.configureGlobal({ seed: propertySeed });

function seedOf(given: string | undefined): number {
  if (given === undefined) return FIXED;
  return given === 'any' ? Date.now() % 2 ** 31 : Number(given);
}
