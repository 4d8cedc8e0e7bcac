import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';
import { callTool, say } from '../support/scriptedModel/scriptedReply.ts';
import { openVSCode, type VSCode } from './support/openVSCode.ts';

describe('a task that waits for the person', () => {
  let server: ScriptedModel;
  let vscode: VSCode;
  const rows = async () => (await vscode.window.rows('Sessions')).map(({ label }) => label.trim());
  const untilRow = (text: string) =>
    vscode.window.until(`a row with ${text}`, async () => (await rows()).some(label => label.includes(text)));
  const run = async (task: string) => {
    await vscode.window.runCommand('Coding Agent: Run Task');
    await vscode.window.quickInput.answer('Run Task', task);
  };
  const closeNotices = () => vscode.window.runCommand('Notifications: Clear All Notifications');

  before(async function () {
    server = await ScriptedModel.start([]);
    const model = { provider: 'openai-compatible', model: 'scripted', baseUrl: server.baseUrl };
    vscode = await openVSCode(this, { settings: { 'codingAgent.model': model } });
    await writeFile(
      join(vscode.workspace, 'greeting.ts'),
      "export const greeting = 'Hello';\nexport const to = 'you';\n",
    );
    await vscode.window.openViewContainer('Coding Agent');
  });
  after(async () => {
    await vscode.close();
    await server.close();
  });

  it('shows a change of a file as a comparison before it is allowed', async () => {
    const { window } = vscode;
    server.use([
      callTool('edit_file', { path: 'greeting.ts', old_text: "'Hello'", new_text: "'Good day'" }),
      say('Greets politely now.'),
    ]);
    await run('Greet politely');
    await untilRow('Allow? change greeting.ts');
    await closeNotices();
    await window.clickRow('Allow?');
    await window.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
    await window.until('the proposed line', async () =>
      (await window.page.locator('.monaco-diff-editor').innerText())
        .replaceAll('\u00a0', ' ')
        .includes("'Good day'"),
    );
    await window.screenshot('waiting/1-diff');
    assert.match(await readFile(join(vscode.workspace, 'greeting.ts'), 'utf8'), /'Hello'/);
    await window.clickInRow('Allow?', 'Allow Once');
    await untilRow('Greet politely, completed');
    assert.match(await readFile(join(vscode.workspace, 'greeting.ts'), 'utf8'), /'Good day'/);
  });

  it('is told why it may not, and goes on with that', async () => {
    const { window } = vscode;
    server.use([callTool('run_command', { command: 'npm install left-pad' }), say('Then without it.')]);
    await run('Pad it');
    await untilRow('Allow? $ npm install left-pad');
    await closeNotices();
    await window.clickRow('Allow?');
    await window.quickInput.pick('Deny');
    await window.quickInput.answer('Why not?', 'Write it yourself.');
    await untilRow('Pad it, denied');
    assert.match(server.requests.at(-1)!.toolResults.at(-1)!, /Write it yourself\./);
  });

  it('asks in words, and survives a reload of the window with its question', async () => {
    const { window } = vscode;
    server.use([
      callTool('run_command', { command: 'true' }),
      callTool('ask_user', { question: 'Which port shall the server listen on?' }),
      callTool('write_file', { path: 'port.txt', content: '8080\n' }),
      say('It listens on 8080.'),
    ]);
    await run('Make it listen');
    await untilRow('Allow? $ true');
    await closeNotices();
    await window.clickInRow('Allow?', 'Allow Once');
    await untilRow('Answer? Which port shall the server listen on?');
    await closeNotices();
    await window.screenshot('waiting/2-asks-in-words');
    const asked = server.requests.length;
    await window.reload();
    await window.openViewContainer('Coding Agent');
    await untilRow('Answer? Which port shall the server listen on?');
    await untilRow('interrupted, asks you');
    await window.until('the status bar', async () =>
      (await window.statusBarItems()).some(text => text.includes('waits for you')),
    );
    await window.page
      .getByRole('tab', { name: /^Coding Agent/ })
      .getByText('1', { exact: true })
      .waitFor();
    await window.screenshot('waiting/3-after-reload');
    assert.equal(server.requests.length, asked, 'nothing runs by itself');
  });

  it('goes on where it stopped once it is answered, through another reload', async () => {
    const { window } = vscode;
    await window.clickRow('Answer?');
    await window.quickInput.untilAsks('Which port');
    await window.screenshot('waiting/4-answer');
    await window.quickInput.answer('Which port', '8080');
    await untilRow('Allow?');
    await window.reload();
    await window.openViewContainer('Coding Agent');
    await untilRow('interrupted, waits for you');
    assert.ok(!existsSync(join(vscode.workspace, 'port.txt')));
    await window.clickInRow('Allow?', 'Allow Once');
    await untilRow('Make it listen, completed');
    assert.equal(await readFile(join(vscode.workspace, 'port.txt'), 'utf8'), '8080\n');
    assert.ok(server.requests.at(-1)!.toolResults.includes('The person answered: 8080'));
    await window.until('nothing waits', async () =>
      (await window.statusBarItems()).every(text => !text.includes('waits for you')),
    );
    await window.screenshot('waiting/5-resumed');
  });
});
