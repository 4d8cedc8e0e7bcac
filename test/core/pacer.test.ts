import assert from 'node:assert/strict';
import { Pacer } from '../../src/core/pacer.ts';
import { ManualClock } from '../support/manualClock.ts';

const QUIET_MS = 500;

describe('the pace of what is done anew', () => {
  let clock: ManualClock;
  let started: number;
  let pacer: Pacer;

  beforeEach(() => {
    clock = new ManualClock();
    started = 0;
    pacer = new Pacer(clock, QUIET_MS, () => started++);
  });
  afterEach(() => pacer.dispose());

  const workFor = (ms: number): Promise<void> =>
    pacer.during(async () => {
      await Promise.resolve();
      clock.advance(ms);
    });

  it('is once for what is asked for together', () => {
    for (let time = 0; time < 100; time++) pacer.ask();
    assert.equal(started, 0);
    clock.advance(QUIET_MS);
    assert.equal(started, 1);
    clock.advance(100_000);
    assert.equal(started, 1);
  });

  it('never begins while it is under way, and rests four times as long as that took', async () => {
    pacer.ask();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const work = pacer.during(() => promise);
    clock.advance(1_000);
    for (let time = 0; time < 100; time++) pacer.ask();
    assert.equal(started, 0);
    resolve(undefined);
    await work;
    clock.advance(3_999);
    assert.equal(started, 0);
    clock.advance(1);
    assert.equal(started, 1);
  });

  it('is at most a fifth of the time, however often it is asked for', async () => {
    let [working, asked] = [0, 0];
    while (clock.monotonic() < 1_000_000) {
      const before = started;
      clock.advance(100);
      pacer.ask();
      asked++;
      if (started === before) continue;
      await workFor(1_000);
      working += 1_000;
    }
    assert.ok(working > 0 && asked > 5_000, `${working} ms, asked ${asked} times`);
    assert.ok(working <= clock.monotonic() / 5 + 1_000, `${working} of ${clock.monotonic()} ms`);
  });

  it('rests five seconds at most: what took long may have waited for something else', async () => {
    await workFor(60_000);
    pacer.ask();
    clock.advance(4_999);
    assert.equal(started, 0);
    clock.advance(1);
    assert.equal(started, 1);
  });

  it('goes on after work that failed, and stops when it is disposed of', async () => {
    await assert.rejects(
      pacer.during(() => Promise.reject(new Error('It failed.'))),
      /It failed/,
    );
    pacer.ask();
    clock.advance(QUIET_MS);
    assert.equal(started, 1);
    pacer.ask();
    pacer.dispose();
    assert.equal(clock.pendingTimers, 0);
    clock.advance(QUIET_MS);
    assert.equal(started, 1);
  });
});
