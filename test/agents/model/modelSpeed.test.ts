import assert from 'node:assert/strict';
import type { HostModel, ProviderModel } from '../../../src/agents/model/hostModel.ts';
import { ModelFixture } from './modelFixture.ts';

const UNKNOWN = { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined };
const USAGE = {
  inputTokens: UNKNOWN,
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

type Parts =
  Awaited<ReturnType<ProviderModel['doStream']>>['stream'] extends ReadableStream<infer P> ? P[] : never;

/** A model in this process, which answers at once: what is left is the loop itself. */
function instantModel(replies: number): { readonly hostModel: HostModel; asked: () => number } {
  let asked = 0;
  const model: ProviderModel = {
    ...{ specificationVersion: 'v4', provider: 'test', modelId: 'instant', supportedUrls: {} },
    doGenerate: () => Promise.reject(new Error('not used')),
    doStream: () => {
      asked++;
      const isLast = asked > replies;
      const steps = JSON.stringify({ steps: [{ title: `Step ${String(asked)}`, status: 'in_progress' }] });
      const reason = isLast ? ('stop' as const) : ('tool-calls' as const);
      const parts: Parts = [
        { type: 'stream-start', warnings: [] },
        { type: 'text-start', id: '1' },
        { type: 'text-delta', id: '1', delta: 'Thinking. ' },
        { type: 'text-end', id: '1' },
        ...(isLast
          ? []
          : [
              {
                type: 'tool-call' as const,
                toolCallId: String(asked),
                toolName: 'update_plan',
                input: steps,
              },
            ]),
        { type: 'finish', finishReason: { unified: reason, raw: reason }, usage: USAGE },
      ];
      return Promise.resolve({ stream: ReadableStream.from(parts) });
    },
  };
  return {
    hostModel: { open: () => Promise.resolve(model), list: () => Promise.resolve([]) },
    asked: () => asked,
  };
}

describe('the speed of the model loop', () => {
  it('costs a few milliseconds of the processor a step, without the model and the tools', async () => {
    const fixture = await ModelFixture.create();
    const task = (hostModel: HostModel) =>
      fixture.run({
        script: [],
        hostModel,
        settings: { provider: 'vscode', model: undefined, limits: { steps: 1000 } },
      });
    await task(instantModel(3).hostModel);
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      const { hostModel, asked } = instantModel(100);
      const before = process.cpuUsage();
      const { outcome } = await task(hostModel);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000 / asked());
      assert.equal(outcome.status, 'completed');
      assert.equal(asked(), 101);
    }
    await fixture.close();
    // Time of the processor, and the best round: the machine may be busy with something else.
    console.log(`      ${times.map(ms => ms.toFixed(2)).join(', ')} ms of the processor a step`);
    const best = Math.min(...times);
    assert.ok(best <= 15, `${best.toFixed(2)} ms a step`);
  });
});
