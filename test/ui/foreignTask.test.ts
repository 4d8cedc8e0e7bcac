import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openVSCode, type VSCode } from './support/openVSCode.ts';

const foreignExtension = resolve(import.meta.dirname, '../fixtures/foreign-extension');
const vsix = resolve(import.meta.dirname, '../../dist/coding-agent-sessions.vsix');

describe('a task of another extension', () => {
  let vscode: VSCode;
  const rows = async () => (await vscode.window.rows('Sessions')).map(({ label }) => label.trim());
  const untilRow = (text: string) =>
    vscode.window.until(`a row with ${text}`, async () => (await rows()).some(label => label.includes(text)));

  before(async function () {
    vscode = await openVSCode(this, { vsix, extensionDir: foreignExtension });
    await vscode.window.openViewContainer('Coding Agent');
  });
  after(() => vscode.close());

  it('waits for the person: row, badge and status bar say so', async () => {
    const { window } = vscode;
    await window.runCommand('Foreign: Run a Command');
    await untilRow('waits for you: $ echo "from elsewhere" > foreign.txt');
    await untilRow('Allow? $ echo "from elsewhere" > foreign.txt');
    await window.until('the status bar', async () =>
      (await window.statusBarItems()).some(t => t.includes('waits for you')),
    );
    await window.page
      .getByRole('tab', { name: /^Coding Agent/ })
      .getByText('1', { exact: true })
      .waitFor();
    assert.ok(!existsSync(join(vscode.workspace, 'foreign.txt')));
    await window.screenshot('foreign/1-waits');
  });

  it('runs once it is allowed in its row', async () => {
    const { window } = vscode;
    await window.clickInRow('Allow?', 'Allow Once');
    await untilRow('> foreign.txt, completed');
    assert.ok(existsSync(join(vscode.workspace, 'foreign.txt')));
    await window.until('the caller', async () =>
      (await window.statusBarItems()).includes('foreign: completed'),
    );
  });

  it('shows a long one in full, and does nothing when it is denied', async () => {
    const { window } = vscode;
    await window.runCommand('Foreign: Run a Long Command');
    await untilRow('Allow? $ echo "line 0');
    await window.clickRow('Allow?');
    await window.quickInput.untilAsks('Allow?');
    await window.until('the whole text', async () => (await window.editorText()).includes('line 11'));
    await window.screenshot('foreign/2-review');
    await window.quickInput.pick('Deny');
    await window.quickInput.answer('Why not?');
    await untilRow('denied');
    await window.until('the caller', async () =>
      (await window.statusBarItems()).includes('foreign: failed denied'),
    );
    await window.screenshot('foreign/3-denied');
  });

  it('is what the chat asks of @session, too: reviewed from there, and answered there with what came of it', async () => {
    const { window } = vscode;
    const chat = window.page.locator('.interactive-session').first();
    // VS Code takes a request for any participant only while it has a model, and looks for models when somebody wants one.
    await window.runCommand('Coding Agent: Select Agent');
    await window.until('the model', async () =>
      (await window.quickInput.rows()).some(row => row.includes('Foreign Model')),
    );
    await window.quickInput.cancel();
    await window.quickInput.untilClosed();
    await window.runCommand('Chat: Open Chat');
    const said = async () => (await chat.innerText()).replaceAll('\u00a0', ' ');
    await window.until(
      'the chat with that model',
      async () => (await chat.isVisible()) && (await said()).includes('Foreign Model'),
    );
    const input = chat.locator('.chat-input-container .monaco-editor').first();
    await window.until('its input', () =>
      input.evaluate((editor: { matches(selector: string): boolean }) => editor.matches(':focus-within')),
    );
    await window.page.keyboard.insertText('@session create file from-chat.txt with content: hi');
    await window.until('the text', async () => (await said()).includes('content: hi'));
    await window.page.keyboard.press('Enter');
    await untilRow('Allow? create file from-chat.txt');
    await window.until('the question in the chat', async () =>
      (await said()).includes('Waits for you: create file from-chat.txt'),
    );
    await window.screenshot('foreign/4-chat-waits');
    await chat.getByRole('button', { name: 'Review…' }).click();
    await window.quickInput.untilAsks('Allow?');
    assert.ok(!existsSync(join(vscode.workspace, 'from-chat.txt')));
    await window.quickInput.pick('Allow once');
    await window.until('the answer', async () => /completed[^]*added from-chat\.txt/.test(await said()));
    assert.ok(existsSync(join(vscode.workspace, 'from-chat.txt')));
    await window.screenshot('foreign/5-chat-answer');
  });
});
