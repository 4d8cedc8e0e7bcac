import assert from 'node:assert/strict';
import { daytimeZone } from '../../scripts/daytimeZone.mts';

describe('the time zone of suites that look at days', () => {
  it('is known, and has its morning whatever time it is', () => {
    for (let hour = 0; hour < 24; hour++) {
      const now = new Date(Date.UTC(2026, 1, 28, hour, 59));
      const zone = daytimeZone(now);
      const format = new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' });
      assert.equal(format.format(now), '09', `${zone} at ${String(hour)} UTC`);
    }
  });
});
