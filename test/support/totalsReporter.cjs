// Mocha's spec reporter, which also writes how many tests passed, failed and were skipped to the file named by
// TEST_TOTALS_FILE. scripts/test.mts adds them up.
'use strict';

const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class TotalsReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env['TEST_TOTALS_FILE'];
    if (file === undefined || file === '') return;
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = runner.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
};
