import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '../../scripts/vscode/temporary.mts';
import { openVSCode, type VSCode } from './support/openVSCode.ts';

describe('a workspace of several folders', () => {
  let vscode: VSCode;
  let folder: string;

  before(async function () {
    folder = await temporaryFolder('multi-root');
    for (const name of ['front', 'back']) await mkdir(join(folder, name));
    const workspace = join(folder, 'both.code-workspace');
    await writeFile(workspace, JSON.stringify({ folders: [{ path: 'front' }, { path: 'back' }] }));
    vscode = await openVSCode(this, { workspace });
    await vscode.window.openViewContainer('Coding Agent');
  });
  after(async () => {
    await vscode.close();
    removeFolder(folder);
  });

  it('asks in which folder, after the task, with a default', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: Run Task');
    await window.quickInput.answer('Run Task', '$ pwd');
    await window.quickInput.untilAsks('In which folder?');
    await window.screenshot('multi-root/1-asks');
    await window.quickInput.pick('back');
    const label = async () => (await window.rows('Sessions')).map(row => row.label.trim());
    await window.until('the task', async () =>
      (await label()).some(text => text.startsWith('$ pwd, completed')),
    );
    const rows = await window.rows('Sessions');
    assert.deepEqual(
      rows.filter(({ level }) => level === 1).map(row => row.label.trim()),
      ['front', 'back'],
    );
    assert.ok(existsSync(join(folder, 'back', '.coding-agent')));
    assert.ok(!existsSync(join(folder, 'front', '.coding-agent')));
    await window.screenshot('multi-root/2-ran');
  });
});

describe('a window without a folder', () => {
  let vscode: VSCode;

  before(async function () {
    vscode = await openVSCode(this);
  });
  after(() => vscode.close());

  it('says what is missing', async () => {
    const { window } = vscode;
    const url = new URL(window.page.url());
    url.searchParams.delete('folder');
    url.searchParams.set('ew', 'true');
    await window.page.goto(url.href);
    await window.reload();
    await window.openViewContainer('Coding Agent');
    await window.pane('Sessions').getByText('Sessions are kept in the folder').waitFor();
    await window.runCommand('Coding Agent: Run Task');
    await window.runCommand('Notifications: Show Notifications');
    await window.page.locator('.notifications-center').getByText('Open a folder first').waitFor();
    await window.screenshot('no-folder');
  });
});
