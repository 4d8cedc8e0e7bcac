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
    await window.row('Allow?').click();
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
});
