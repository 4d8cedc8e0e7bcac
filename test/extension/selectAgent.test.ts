import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentEntry } from '../../src/agents/agentList.ts';
import { CommandId, SettingId } from '../../src/extension/contributionIds.ts';
import { agentItems } from '../../src/extension/show/agentItems.ts';
import { codeOfRejection, openApi, runCommand } from './support/thisExtension.ts';

describe('Select Agent', () => {
  const settings = () => vscode.workspace.getConfiguration().inspect<unknown>(SettingId.agent);

  before(openApi);
  after(() =>
    vscode.workspace.getConfiguration().update(SettingId.agent, undefined, vscode.ConfigurationTarget.Global),
  );

  it("writes the person's own setting, and none of the workspace", async () => {
    await runCommand(CommandId.selectAgent, { agent: 'acp:mine' });
    const { globalValue, workspaceValue, workspaceFolderValue } = settings() ?? {};
    assert.deepEqual([globalValue, workspaceValue, workspaceFolderValue], ['acp:mine', undefined, undefined]);
    assert.equal(
      await codeOfRejection(runCommand(CommandId.selectAgent, { agent: '../x' })),
      'invalid_input',
    );
    assert.equal(settings()?.globalValue, 'acp:mine');
  });

  it('shows what is ready first, and on each other row why it is not and what Enter does', () => {
    const entry: AgentEntry = {
      ...{ name: 'direct', title: 'Direct', state: 'ready', isDefault: true, model: null, advice: null },
      ...{ choice: { agent: 'direct' }, next: null, install: null, models: [] },
    };
    const items = agentItems([
      {
        ...entry,
        name: 'acp:x',
        title: 'X $(bell)',
        state: 'absent',
        next: 'install_agent',
        install: 'npm i x',
      },
      {
        ...entry,
        name: 'model',
        state: 'unavailable',
        isDefault: false,
        next: 'enter_key',
        advice: 'No key.',
      },
      entry,
    ]);
    assert.deepEqual(
      items.map(({ label, kind }) => (kind === undefined ? label : `-- ${label}`)),
      ['-- ready', 'Direct', '-- something is missing', 'Direct', '-- not installed', 'X $\u200a(bell)'],
    );
    assert.equal(items[1]?.description, 'direct · in use');
    assert.match(items[3]?.detail ?? '', /Enter asks for it/);
    assert.match(items[5]?.detail ?? '', /npm i x/);
  });
});
