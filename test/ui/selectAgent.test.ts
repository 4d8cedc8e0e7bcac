import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';
import { say } from '../support/scriptedModel/scriptedReply.ts';
import { openVSCode, type VSCode } from './support/openVSCode.ts';

const KEY = 'own-key-0123456789-abcdef';

describe('choosing an agent', () => {
  let server: ScriptedModel;
  let vscode: VSCode;

  before(async function () {
    server = await ScriptedModel.start([say('Looked around.')]);
    const model = { provider: 'anthropic', model: 'scripted', baseUrl: server.origin + '/v1' };
    const env = { ANTHROPIC_API_KEY: '', OPENAI_API_KEY: '', OPENROUTER_API_KEY: '' };
    vscode = await openVSCode(this, { settings: { 'codingAgent.model': model }, env });
    await vscode.window.openViewContainer('Coding Agent');
  });
  after(async () => {
    await vscode.close();
    await server.close();
  });

  it('shows what there is, why the rest is not, and what to do', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: Select Agent');
    await window.quickInput.untilAsks('Select Agent');
    await window.until('the list', async () =>
      (await window.quickInput.rows()).some(row => row.includes('Model by Anthropic')),
    );
    await window.screenshot('agents/1-select');
    await window.quickInput.pick('Model by Anthropic');
  });

  it('asks for a missing key, as dots, and keeps it', async () => {
    const { window } = vscode;
    await window.quickInput.untilAsks('API key for');
    await window.quickInput.fill(KEY);
    await window.screenshot('agents/2-key');
    await window.quickInput.press('Enter');
    await window.quickInput.untilClosed();
    await window.runCommand('Coding Agent: Run Task');
    await window.quickInput.answer('Run Task', 'Look around');
    await window.until('the task', async () =>
      (await window.rows('Sessions')).some(({ label }) => label.includes('Look around, completed')),
    );
    const [request] = server.requests;
    assert.equal(request?.headers['x-api-key'], KEY);
    await window.screenshot('agents/3-done');
  });

  it('keeps it in no file of the window, the workspace or the profile', async () => {
    let files = 0;
    for (const folder of [vscode.dataDir, vscode.workspace]) {
      // A folder may go while it is walked through.
      const entries = await vscode.window.until('all files', () =>
        readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined),
      );
      for (const entry of entries) {
        if (!entry.isFile()) continue;
        files++;
        const content = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.of());
        assert.ok(!content.includes(KEY), join(entry.parentPath, entry.name));
      }
    }
    assert.ok(files > 10);
  });
});
