import type { Context } from 'mocha';

/** Skips a test or, in a `before` hook, a whole suite, and says why. The only way to skip in this project. */
export function skip(context: Context, reason: string): never {
  console.log(`    skipped: ${reason}`);
  return context.skip();
}
