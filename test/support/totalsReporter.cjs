// Mocha's spec reporter, which also
// - prints why a test is skipped; a skip without a reason (see skip.ts) makes the run fail
// - writes how many passed, failed and were skipped, and what failed, to the file named by TEST_TOTALS_FILE, for scripts/test.mts
'use strict';

const { writeFileSync } = require('node:fs');
const { Runner, reporters } = require('mocha');

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Runner.constants;

module.exports = class TotalsReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    let unexplained = 0;
    const failures = [];

    runner.on(EVENT_TEST_FAIL, (test, error) => {
      failures.push(`${test.fullTitle()}\n${String(error?.stack ?? error).slice(0, 3000)}`);
    });

    runner.on(EVENT_TEST_PENDING, test => {
      const reason = skipReason(test);
      if (reason === undefined) unexplained++;
      reporters.Base.consoleLog(
        `      skipped: ${reason ?? 'FAILED, no reason given (test/support/skip.ts)'}`,
      );
    });

    runner.once(EVENT_RUN_END, () => {
      const { passes, failures: failed, pending } = runner.stats;
      runner.failures += unexplained;
      const totals = {
        passed: passes,
        failed: failed + unexplained,
        skipped: pending - unexplained,
        failures,
      };
      const file = process.env['TEST_TOTALS_FILE'];
      if (file !== undefined && file !== '') writeFileSync(file, JSON.stringify(totals));
    });
  }
};

function skipReason(test) {
  for (let item = test; item !== undefined; item = item.parent) {
    if (item.skipReason !== undefined) return item.skipReason;
  }
  return undefined;
}
