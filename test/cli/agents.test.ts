import assert from 'node:assert/strict';
import { useCli } from './support/cli.ts';

describe('coding-agent agents list', function () {
  const cli = useCli();

  it('says who can carry tasks out, and what to do about the rest', async () => {
    const { code, stdout } = await cli.run(['agents', 'list', '--json']);
    assert.equal(code, 0);
    const { agents } = JSON.parse(stdout) as {
      agents: { name: string; state: string; advice: string | null }[];
    };
    assert.deepEqual(agents[0], {
      ...{ name: 'direct', title: 'Explicit instructions and recipes, without a model', state: 'ready' },
      ...{ advice: null, isDefault: false, model: null, choice: { agent: 'direct' } },
      ...{ next: null, install: null, models: [] },
    });
    assert.ok(agents.some(({ name }) => name === 'acp:claude'));
    assert.ok(agents.every(({ state, advice }) => state === 'ready' || (advice ?? '') !== ''));
    const text = await cli.run(['agents', 'list']);
    assert.match(text.stdout, /^Ready\n {2}direct /);
  });
});
