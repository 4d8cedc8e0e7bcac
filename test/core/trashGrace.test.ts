import assert from 'node:assert/strict';
import { emptyState } from '../../src/core/state.ts';
import { expiredIn, TRASH_DAYS } from '../../src/core/trashGrace.ts';

const ID = 'aaaaaaaa-1111-4111-8111-111111111111';
const at = (time: string) => emptyState(ID, '/repo', new Date(time)).metadata;

describe('the grace period of the trash', () => {
  it('is over thirty days after the deletion, not before, and never for a deletion in the future', () => {
    const trash = [at('2026-01-01T00:00:00Z'), at('2026-01-02T00:00:01Z'), at('2030-01-01T00:00:00Z')];
    assert.deepEqual(expiredIn(trash, new Date('2026-02-01T00:00:00Z'), TRASH_DAYS), [trash[0]]);
    assert.deepEqual(expiredIn(trash, new Date('2026-01-30T23:59:59Z'), TRASH_DAYS), []);
    assert.deepEqual(expiredIn(trash, new Date('2026-01-02T00:00:01Z'), 0), trash.slice(0, 2));
  });

  it('a clock that jumped back takes nothing', () => {
    assert.deepEqual(expiredIn([at('2026-01-01T00:00:00Z')], new Date('1970-01-02'), TRASH_DAYS), []);
  });
});
