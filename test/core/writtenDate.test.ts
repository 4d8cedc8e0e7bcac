import assert from 'node:assert/strict';
import fc from 'fast-check';
import { writtenDate } from '../../src/core/writtenDate.ts';

describe('a date that toISOString wrote', () => {
  it('is read as it was', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), date => {
        assert.deepEqual(writtenDate(date.toISOString()), date);
      }),
    );
  });

  it('is read as it was in the years that are written or counted otherwise, and on leap days', () => {
    for (const text of [
      '0000-01-01T00:00:00.000Z',
      '0099-12-31T23:59:59.999Z',
      '0100-01-01T00:00:00.000Z',
      '-000001-01-01T00:00:00.000Z',
      '+010000-01-01T00:00:00.000Z',
      '2024-02-29T12:34:56.789Z',
      '9999-12-31T23:59:59.999Z',
    ])
      assert.equal(writtenDate(text).toISOString(), text);
  });
});
