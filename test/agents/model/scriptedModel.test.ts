import assert from 'node:assert/strict';
import { callTools, say } from '../../support/scriptedModel/scriptedReply.ts';
import { ScriptedModel } from '../../support/scriptedModel/scriptedModel.ts';

describe('the scripted model server', () => {
  let model: ScriptedModel;

  afterEach(() => model.close());

  async function post(path: string, body: object): Promise<Response> {
    return fetch(`${model.origin}${path}`, { method: 'POST', body: JSON.stringify(body) });
  }

  it('streams chat completions and keeps requests', async () => {
    model = await ScriptedModel.start([say('Hello, this is long enough for two pieces.')]);
    const answer = await post('/v1/chat/completions', {
      ...{ model: 'm', stream: true, messages: [{ role: 'user', content: 'hi' }] },
      tools: [{ type: 'function', function: { name: 'read_file' } }],
    });
    const text = await answer.text();
    assert.match(text, /"content":"Hello, this "/);
    assert.match(text, /"finish_reason":"stop"/);
    assert.match(text, /data: \[DONE\]\n\n$/);
    assert.deepEqual(model.requests[0]?.tools, ['read_file']);
    assert.equal(model.requests[0].text.trim(), 'hi');
  });

  it('streams Anthropic messages with parallel tool calls', async () => {
    model = await ScriptedModel.start([
      callTools({ name: 'a', input: { x: 1 } }, { name: 'b', input: { y: 2 } }),
    ]);
    const answer = await post('/v1/messages', { model: 'm', stream: true, messages: [] });
    const text = await answer.text();
    assert.equal(text.match(/"type":"tool_use"/g)?.length, 2);
    assert.match(text, /"stop_reason":"tool_use"/);
  });

  it('answers errors with their headers, and breaks connections', async () => {
    model = await ScriptedModel.start([
      { kind: 'error', status: 429, headers: { 'retry-after': '7' } },
      { kind: 'drop', text: 'this never ends well' },
    ]);
    const limited = await post('/v1/chat/completions', { stream: true });
    assert.equal(limited.status, 429);
    assert.equal(limited.headers.get('retry-after'), '7');
    const dropped = await post('/v1/chat/completions', { stream: true });
    await assert.rejects(dropped.text());
    assert.equal(model.requests.length, 2);
  });

  it('goes on until the client goes away', async () => {
    model = await ScriptedModel.start([{ kind: 'endless', text: 'again and '.repeat(50) }]);
    const controller = new AbortController();
    const answer = await fetch(`${model.origin}/v1/chat/completions`, {
      method: 'POST',
      body: '{"stream":true}',
      signal: controller.signal,
    });
    let bytes = 0;
    await assert.rejects(async () => {
      for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        if (bytes > 1_000_000) controller.abort();
      }
    });
    while (model.abandoned === 0) await new Promise(resolve => setTimeout(resolve, 5));
  });
});
