import assert from 'node:assert/strict';
import type { TaskOutcome } from '../../../src/core/ports.ts';
import { callTool, say, type Script } from '../../support/scriptedModel/scriptedReply.ts';
import { HurriedClock } from '../../support/hurriedClock.ts';
import { ModelFixture, type ModelTask } from './modelFixture.ts';

describe('a model that fails', () => {
  let fixture: ModelFixture;

  beforeEach(async () => {
    fixture = await ModelFixture.create({ 'a.txt': 'text '.repeat(2000) });
  });

  afterEach(() => fixture.close());

  /** `completed`, or the code and message of the failure. */
  async function outcomeOf(task: ModelTask): Promise<readonly [code: string, error: string]> {
    const { outcome } = await fixture.run(task);
    return described(outcome);
  }

  function described(outcome: TaskOutcome): readonly [code: string, error: string] {
    return outcome.status === 'completed' ? ['completed', ''] : [outcome.errorCode, outcome.error];
  }

  for (const provider of ['openai-compatible', 'anthropic'] as const) {
    describe(provider, () => {
      const settings = { provider };

      it('waits as long as a busy server asks, and asks again', async () => {
        const script: Script = [
          { kind: 'error', status: 429, headers: { 'retry-after': '7' } },
          { kind: 'error', status: 500 },
          { kind: 'error', status: 503 },
          say('There now.'),
        ];
        const { outcome, run } = await fixture.run({ script, settings });
        assert.equal(outcome.status, 'completed');
        assert.equal(fixture.server.requests.length, 4);
        assert.deepEqual(
          fixture.clock.waits.filter(ms => ms < 60_000),
          [7000, 2000, 4000],
        );
        assert.match(run.printed, /429.*Asking again in 7 s/);
      });

      it('asks again when the stream breaks off, makes no sense, or is empty', async () => {
        const script: Script = [
          { kind: 'drop', text: 'This is going to break off in the middle' },
          { kind: 'garbage', bytes: 'data: {"choices": [{"delta": {"content": "x\n\ndata: ]]]\n\n' },
          { kind: 'garbage', bytes: '<html>busy</html>' },
          { kind: 'garbage', bytes: '' },
          say('Whole.'),
        ];
        const { outcome, run } = await fixture.run({ script, settings });
        assert.deepEqual(outcome, { status: 'completed', result: { summary: 'Whole.' } });
        assert.equal(fixture.server.requests.length, 5);
        const messages = run.calls.filter(call => call.tool === 'message');
        assert.equal(messages.at(-1)!.status, 'completed');
        assert.ok(messages.some(call => call.status === 'failed'));
        // What broke off is not in the conversation.
        assert.ok(!fixture.server.requests.at(-1)!.text.includes('break off in the'));
      });

      it('gives up on a refused key at once', async () => {
        const script: Script = [{ kind: 'error', status: 401, message: 'bad key' }];
        const [code, error] = await outcomeOf({ script, settings });
        assert.equal(code, 'model_auth');
        assert.match(error, /refused the key \(401: bad key/);
        assert.equal(fixture.server.requests.length, 1);
      });

      it('gives up after six failures', async () => {
        const [code, error] = await outcomeOf({ script: [{ kind: 'error', status: 500 }], settings });
        assert.equal(code, 'model_failed');
        assert.match(error, /asked 6 times/);
        assert.equal(fixture.server.requests.length, 6);
      });

      it('stops a reply without end', async () => {
        const script: Script = [{ kind: 'endless', text: 'and on '.repeat(1000) }];
        const [code] = await outcomeOf({ script, settings });
        assert.equal(code, 'reply_too_long');
        assert.equal(fixture.server.requests.length, 1);
      });

      it('is cancelled in the middle of a reply', async () => {
        const controller = new AbortController();
        const running = fixture.run({
          ...{ settings, signal: controller.signal },
          script: [{ kind: 'say', text: 'slow '.repeat(500), pauseMs: 20 }],
          onEvent: event => {
            if (event.type === 'toolCallRequested') controller.abort();
          },
        });
        await assert.rejects(running, { code: 'cancelled' });
        while (fixture.server.abandoned === 0) await new Promise(resolve => setTimeout(resolve, 5));
      });
    });
  }

  it('stops waiting when the task is cancelled', async () => {
    const controller = new AbortController();
    const running = fixture.run({
      signal: controller.signal,
      script: [{ kind: 'error', status: 429, headers: { 'retry-after': '3000' } }],
    });
    while (fixture.server.requests.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
    controller.abort();
    await assert.rejects(running, { code: 'cancelled' });
  });

  it('ends when a server is silent for longer than its patience', async () => {
    const [code, error] = await outcomeOf({
      ...{ script: [{ kind: 'hang' }], settings: { limits: { minutes: 12 } } },
      clock: new HurriedClock(500),
    });
    assert.equal(code, 'limit_time');
    assert.match(error, /12 minutes/);
  });

  it('says that a server is not there', async () => {
    const [code, error] = await outcomeOf({ script: [], settings: { baseUrl: 'http://127.0.0.1:9/v1' } });
    assert.equal(code, 'model_unreachable');
    assert.match(error, /asked 3 times/);
  });

  it('does not wait longer than the task may take', async () => {
    const script: Script = [{ kind: 'error', status: 429, headers: { 'retry-after': '999999' } }];
    const [code, error] = await outcomeOf({ script });
    assert.equal(code, 'model_busy');
    assert.match(error, /longer than the task's time/);
  });

  it('goes on after a reply that was cut, and gives up on the fourth', async () => {
    const cut = { kind: 'say', text: 'half', isCut: true } as const;
    assert.deepEqual(await outcomeOf({ script: [cut, say('whole')] }), ['completed', '']);
    assert.equal((await outcomeOf({ script: [cut] }))[0], 'reply_too_long');
  });

  describe('limits', () => {
    const busy: Script = [callTool('read_file', { path: 'a.txt' })];

    it('ends at the limit of steps, tokens, cost and time, and says which', async () => {
      for (const [limits, code, requests] of [
        [{ steps: 3 }, 'limit_steps', 3],
        [{ tokens: 400 }, 'limit_tokens', 4],
        [{ cost: 0.001 }, 'limit_cost', 4],
      ] as const) {
        const before = fixture.server.requests.length;
        const settings = { limits, price: { input: 2, output: 10 } };
        const [found, error] = await outcomeOf({ script: busy, settings });
        assert.equal(found, code);
        assert.match(error, new RegExp(`model\\.limits\\.${Object.keys(limits)[0]!}`));
        assert.equal(fixture.server.requests.length - before, requests);
      }
    });

    it('counts what is used, and its price', async () => {
      const { run } = await fixture.run({
        script: [say('ok')],
        settings: { price: { input: 3, output: 15 } },
      });
      assert.deepEqual(run.task.usage, { inputTokens: 100, outputTokens: 10, cost: 0.00045 });
    });
  });

  describe('a long conversation', () => {
    it('is shortened before it is too long; the task and the newest messages stay', async () => {
      let index = 0;
      const { outcome } = await fixture.run({
        text: 'The task that is never forgotten',
        settings: { contextTokens: 12_000 },
        script: request => {
          const size = JSON.stringify(request.body['messages']).length / 3.5;
          assert.ok(size < 14_000, `${String(size)} tokens were sent`);
          return index++ < 30 ? callTool('read_file', { path: 'a.txt' }) : say('Done.');
        },
      });
      assert.equal(outcome.status, 'completed');
      const last = fixture.server.requests.at(-1)!;
      assert.match(last.text, /The task that is never forgotten/);
      assert.match(last.text, /more characters were cut|has been shortened/);
      assert.match(last.toolResults.at(-1)!, /^text text/);
    });

    it('is shortened when the server says that it is too long', async () => {
      let refused = 0;
      const { outcome } = await fixture.run({
        script: request => {
          if (request.toolResults.length < 12) return callTool('read_file', { path: 'a.txt' });
          if (JSON.stringify(request.body).length < 120_000) return say('Done.');
          refused++;
          return { kind: 'error', status: 400, message: 'maximum context length exceeded' };
        },
      });
      assert.equal(outcome.status, 'completed');
      assert.equal(refused, 1);
    });

    it('keeps every call with its result', async () => {
      let index = 0;
      await fixture.run({
        settings: { contextTokens: 9000 },
        script: request => {
          const messages = request.body['messages'] as {
            role: string;
            tool_call_id?: string;
            tool_calls?: { id: string }[];
          }[];
          const called = new Set(messages.flatMap(message => message.tool_calls?.map(call => call.id) ?? []));
          const answered = messages.flatMap(message => message.tool_call_id ?? []);
          assert.deepEqual([...called].sort(), [...answered].sort());
          return index++ < 25 ? callTool('read_file', { path: 'a.txt' }) : say('Done.');
        },
      });
      assert.equal(index, 26);
    });
  });
});
