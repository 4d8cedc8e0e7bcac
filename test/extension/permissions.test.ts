import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { CommandId, SettingId } from '../../src/extension/contributionIds.ts';
import { decisionsOnRecord, permissionRules, ruledScript } from '../support/ruledCalls.ts';
import { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';
import { openApi, runCommand, until, workspaceRoot } from './support/thisExtension.ts';

describe('the setting codingAgent.permissions', function () {
  this.timeout(300_000);
  let server: ScriptedModel;
  const set = (id: string, value: unknown) =>
    vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
  const path = (name: string): string => join(workspaceRoot(), name);
  /** Answers the question that is open, as soon as there is one. */
  const answered = (id: CommandId, args: object = {}): Promise<boolean> =>
    until(`a question for ${id}`, () =>
      runCommand(id, args).then(
        () => true,
        () => false,
      ),
    );

  before(async () => {
    server = await ScriptedModel.start([]);
    await set(SettingId.model, { provider: 'openai-compatible', model: 'scripted', baseUrl: server.baseUrl });
    await set(SettingId.permissions, permissionRules);
  });
  after(async () => {
    await set(SettingId.model, undefined);
    await set(SettingId.permissions, undefined);
    await server.close();
  });

  it('denies, has asked for and allows what an agent does; what no rule is about is asked for too', async () => {
    const api = await openApi();
    writeFileSync(path('kept.txt'), 'kept\n');
    server.use(ruledScript);
    const { sessionId } = await api.createSession({ title: 'Ruled' });
    const running = api.executeTask({ task: 'Do it', agent: 'model', sessionId });
    await answered(CommandId.deny, { reason: 'Keep it.' });
    await answered(CommandId.allowOnce);
    await running;
    assert.deepEqual(decisionsOnRecord(workspaceRoot(), sessionId), [
      'write_file allowed by rule',
      'run_command allowed by rule',
      'run_command denied by rule: I push myself.',
      'delete_file denied by person: Keep it.',
      'run_command allowed by person',
    ]);
    assert.equal(readFileSync(path('ruled.txt'), 'utf8'), 'allowed\n');
    assert.ok(['ran.txt', 'kept.txt', 'other.txt'].every(name => existsSync(path(name))));
  });
});
