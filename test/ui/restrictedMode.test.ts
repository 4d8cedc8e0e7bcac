import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDemoWorkspace } from '../../scripts/demo/workspace.mts';
import { removeFolder, temporaryFolder } from '../../scripts/vscode/temporary.mts';
import { openLedger } from './support/openLedger.ts';
import { openVSCode, type VSCode } from './support/openVSCode.ts';

describe('Restricted Mode', () => {
  let vscode: VSCode;
  let folder: string;
  let workspace: string;
  let before_: string;

  before(async function () {
    folder = await temporaryFolder('restricted');
    workspace = await createDemoWorkspace(join(folder, 'profile-demo'));
    const ledger = await openLedger(workspace);
    await ledger.sessions.createSession({ title: 'Made before' });
    await ledger.sessions.executeTask({ task: '$ echo hello' });
    await ledger.close();
    before_ = snapshot(workspace);
    vscode = await openVSCode(this, { workspace, trusted: false });
  });
  after(async () => {
    await vscode.close();
    removeFolder(folder);
  });

  const rows = async () => (await vscode.window.rows('Sessions')).map(({ label }) => label.trim());

  it('reads sessions and says that nothing runs', async () => {
    const { window } = vscode;
    await window.openViewContainer('Coding Agent');
    await window.until('sessions', async () => (await rows()).some(label => label.startsWith('Today (1)')));
    await window.expandRow('Today (1)');
    await window.until('the session', async () =>
      (await rows()).some(label => label.startsWith('Made before')),
    );
    await window.expandRow('Made before');
    await window.until('its task', async () =>
      (await rows()).some(label => label.startsWith('$ echo hello')),
    );
    await window.pane('Sessions').getByText('Restricted Mode').waitFor();
    await window.screenshot('restricted/1-reading');
  });

  it('says with F2 and Delete why the session stays as it is', async () => {
    const { window } = vscode;
    const message = window.page.locator('.notifications-center').getByText('To do more, trust the folder.');
    for (const key of ['F2', 'Delete']) {
      await window.pressInRow('Made before', key);
      await window.runCommand('Notifications: Show Notifications');
      await message.waitFor();
      await window.screenshot(`restricted/2-${key}`);
      await window.runCommand('Notifications: Clear All Notifications');
      await message.waitFor({ state: 'hidden' });
    }
    assert.equal(snapshot(workspace), before_);
  });

  it('says why a task cannot run, and writes nothing', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: Run Task');
    await window.runCommand('Notifications: Show Notifications');
    const message = window.page.locator('.notifications-center').getByText('This folder is not trusted');
    await message.waitFor();
    await window.screenshot('restricted/3-why');
    assert.equal(await window.quickInput.isOpen(), false);
    assert.equal(snapshot(workspace), before_);
  });

  it('goes on without a reload once trust is granted', async () => {
    const { window } = vscode;
    await window.trust();
    await window.until(
      'trust',
      async () => !(await window.pane('Sessions').getByText('Restricted Mode').isVisible()),
    );
    await window.runCommand('Coding Agent: Run Task');
    await window.quickInput.answer('Run Task', '$ echo trusted');
    await window.until('the task', async () =>
      (await rows()).some(label => label.startsWith('$ echo trusted, completed')),
    );
    await window.screenshot('restricted/4-trusted');
  });
});

/** What the folder's ledger holds, byte by byte. */
function snapshot(root: string): string {
  const ledger = join(root, '.coding-agent');
  const entries = readdirSync(ledger, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  return files
    .sort()
    .map(file => `${file}\n${readFileSync(file, 'latin1')}`)
    .join('\n');
}
