import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { AgentTask } from '../../src/core/task.ts';
import { CommandId, SettingId } from '../../src/extension/contributionIds.ts';
import type { CodingAgentApi } from '../../src/extension/codingAgentApi.ts';
import { skip } from '../support/skip.ts';
import { codeOfRejection, openApi, runCommand, workspaceRoot } from './support/thisExtension.ts';

// Runs in VS Code with test/fixtures/model-provider, an extension that provides a scripted model without any account.
describe('the models of VS Code', function () {
  this.timeout(300_000);
  let api: CodingAgentApi;

  before(async function () {
    // Extensions can provide models from VS Code 1.104 on.
    if (!('registerLanguageModelChatProvider' in vscode.lm))
      skip(this, 'this VS Code takes no models from extensions');
    if (vscode.extensions.getExtension('test.model-provider') === undefined)
      skip(this, 'the provider is not installed');
    await vscode.extensions.getExtension('test.model-provider')?.activate();
    api = await openApi();
    await writeFile(join(workspaceRoot(), 'README.md'), '# A heading\n');
    await use({ provider: 'vscode', model: 'scripted-model' });
  });

  after(() => use(undefined));

  async function use(model: object | undefined): Promise<void> {
    const settings = vscode.workspace.getConfiguration();
    await settings.update(SettingId.model, model, vscode.ConfigurationTarget.Global);
  }

  it('carry a task out, with our tools', async () => {
    const task = await api.executeTask({ task: 'Look at the readme', agent: 'model' });
    assert.equal(task.status, 'completed', task.error);
    assert.deepEqual(task.result, { summary: 'It was given a heading.' });
    assert.deepEqual([task.agent, task.model], ['model', 'scripted-model']);
    assert.deepEqual(
      task.plan?.steps.map(step => step.title),
      ['Read the readme'],
    );
  });

  it('are what auto uses, once they are configured', async () => {
    const task = await api.executeTask({ task: 'Have a look around' });
    assert.equal(task.agent, 'model');
  });

  it('try again what another agent could not do', async () => {
    const first = await api.executeTask({ task: 'Look at the readme', agent: 'direct' });
    assert.deepEqual([first.status, first.errorCode], ['failed', 'no_agent']);
    const again = { taskId: first.id, agent: 'model' };
    for (const command of [CommandId.retryTask, CommandId.retryTaskWith]) {
      const task = await runCommand<AgentTask>(command, again);
      assert.deepEqual(
        [task.status, task.agent, task.model, task.retryOf],
        ['completed', 'model', 'scripted-model', first.id],
      );
    }
    const nobody = runCommand(CommandId.retryTaskWith, { taskId: first.id });
    assert.equal(await codeOfRejection(nobody), 'invalid_input');
  });

  it('say what is wrong in words that help', async () => {
    const blocked = await api.executeTask({ task: 'refuse this', agent: 'model' });
    assert.equal(blocked.status, 'failed');
    assert.match(blocked.error ?? '', /quota/);
    await use({ provider: 'vscode', model: 'no-such-model' });
    const unknown = await api.executeTask({ task: 'Look', agent: 'model' });
    assert.equal(unknown.errorCode, 'no_agent');
    assert.match(unknown.error ?? '', /scripted-model/);
  });
});
