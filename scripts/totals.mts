import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The environment that makes test/support/totalsReporter.cjs write the totals of `suite` for scripts/test.mts. */
export function totalsFile(suite: string): { TEST_TOTALS_FILE?: string } {
  const folder = process.env['TEST_TOTALS_FOLDER'];
  return folder === undefined ? {} : { TEST_TOTALS_FILE: join(folder, `${suite}.json`) };
}

/** Says why a whole suite cannot run on this machine, and counts it as one skipped test. */
export async function reportSkippedSuite(suite: string, reason: string): Promise<void> {
  console.log(`skipped: ${reason}`);
  const { TEST_TOTALS_FILE: file } = totalsFile(suite);
  if (file !== undefined) await writeFile(file, JSON.stringify({ passed: 0, failed: 0, skipped: 1 }));
}
