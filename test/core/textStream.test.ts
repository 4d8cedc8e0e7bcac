import assert from 'node:assert/strict';
import { TextStream } from '../../src/core/textStream.ts';
import { ManualClock } from '../support/manualClock.ts';

describe('TextStream', () => {
  const setUp = () => {
    const clock = new ManualClock();
    const passed: string[] = [];
    const gate = { open: Promise.resolve() };
    const stream = new TextStream(clock, async text => {
      passed.push(text);
      await gate.open;
    });
    return { clock, passed, gate, stream };
  };

  it('passes the first on at once, and what follows within a frame together', async () => {
    const { clock, passed, stream } = setUp();
    for (const text of ['a', 'b', 'c']) await stream.push(text);
    assert.deepEqual(passed, ['a']);
    clock.advance(10);
    await stream.flush();
    assert.deepEqual(passed, ['a', 'bc']);
    await stream.push('d');
    clock.advance(10);
    await stream.flush();
    clock.advance(100);
    await stream.push('e');
    assert.deepEqual(passed, ['a', 'bc', 'd', 'e']);
  });

  it('holds back whoever writes faster than it passes on', async () => {
    const { passed, gate, stream } = setUp();
    await stream.push('a');
    let open: () => void = () => undefined;
    gate.open = new Promise(resolve => (open = resolve));
    let more = false;
    const pushed = stream.push('x'.repeat(20_000)).then(() => (more = true));
    await new Promise(resolve => setImmediate(resolve));
    assert.deepEqual([passed.length, more], [2, false]);
    open();
    await pushed;
    assert.ok(more);
  });

  it('says what went wrong to whoever waits, and goes on with what comes after', async () => {
    const clock = new ManualClock();
    let fails = true;
    const passed: string[] = [];
    const stream = new TextStream(clock, text => {
      if (fails) return Promise.reject(new Error('full'));
      passed.push(text);
      return Promise.resolve();
    });
    await assert.rejects(stream.push('a'), /full/);
    fails = false;
    await stream.push('b');
    await stream.flush();
    assert.deepEqual(passed, ['b']);
  });

  it('leaves no timer behind', async () => {
    const { clock, passed, stream } = setUp();
    await stream.push('a');
    await stream.push('b');
    stream.dispose();
    clock.advance(100);
    await new Promise(resolve => setImmediate(resolve));
    assert.deepEqual(passed, ['a']);
  });
});
