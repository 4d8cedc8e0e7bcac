import type { Context, Hook, Test } from 'mocha';

/**
 * Skips a test or, in a hook, its whole suite, and says why. The only way to skip in this project: the reporter
 * prints the reason, and counts a test that is skipped without one as failed.
 */
export function skip(context: Context, reason: string): never {
  const runnable = context.runnable() as Hook | Test;
  const skipped = runnable.type === 'hook' ? runnable.parent : runnable;
  Object.assign(skipped ?? runnable, { skipReason: reason });
  return context.skip();
}
