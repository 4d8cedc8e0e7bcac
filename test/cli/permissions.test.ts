import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decisionsOnRecord, permissionRules, ruledScript } from '../support/ruledCalls.ts';
import { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';
import { useCli } from './support/cli.ts';

describe('permission rules of config.json', function () {
  this.timeout(300_000);
  const cli = useCli();
  let server: ScriptedModel;
  const inRoot = (...names: string[]): string => join(cli.root, ...names);

  before(async () => {
    server = await ScriptedModel.start([]);
  });
  after(() => server.close());

  it('deny, have asked for and allow what an agent does; without a terminal what would be asked is denied', async () => {
    const folder = join(cli.home, 'config', 'coding-agent');
    mkdirSync(folder, { recursive: true });
    const model = { provider: 'openai-compatible', model: 'scripted', baseUrl: server.baseUrl };
    const config = { agent: 'model', model, permissions: permissionRules };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    // What the workspace says grants nothing.
    mkdirSync(inRoot('.vscode'));
    const granting = { allow: [{ class: 'write' }, { class: 'execute' }] };
    writeFileSync(
      inRoot('.vscode', 'settings.json'),
      JSON.stringify({ 'codingAgent.permissions': granting }),
    );
    writeFileSync(inRoot('config.json'), JSON.stringify({ permissions: granting }));
    writeFileSync(inRoot('kept.txt'), 'kept\n');
    server.use(ruledScript);
    const { sessionId } = await cli.json(['run', 'Do it', '--trust'], 3);
    const nobody = 'none: Nobody can be asked here.';
    assert.deepEqual(decisionsOnRecord(cli.root, sessionId), [
      'write_file allowed by rule',
      'run_command allowed by rule',
      'run_command denied by rule: I push myself.',
      `delete_file denied by ${nobody}`,
      `run_command denied by ${nobody}`,
    ]);
    assert.equal(readFileSync(inRoot('ruled.txt'), 'utf8'), 'allowed\n');
    assert.ok(
      existsSync(inRoot('ran.txt')) && existsSync(inRoot('kept.txt')) && !existsSync(inRoot('other.txt')),
    );
    const told = server.requests.at(-1)?.toolResults.join('\n') ?? '';
    assert.match(
      told,
      /"git push origin main" was not allowed: I push myself\. .*nothing but another rule allows it/,
    );
  });
});
