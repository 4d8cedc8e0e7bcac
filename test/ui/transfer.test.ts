import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { reachByKey } from '../../scripts/vscode/reach.mts';
import { removeFolder, temporaryFolder } from '../../scripts/vscode/temporary.mts';
import { openLedger } from './support/openLedger.ts';
import { openVSCode, type VSCode } from './support/openVSCode.ts';

describe('sessions that come and go through the dialogs', () => {
  let vscode: VSCode;
  let folder: string;
  const file = (name: string): string => join(folder, name);

  before(async function () {
    vscode = await openVSCode(this, { settings: { 'files.simpleDialog.enable': true } });
    folder = await temporaryFolder('transfer');
    const elsewhere = await openLedger(await temporaryFolder('elsewhere'));
    const { sessionId } = await elsewhere.sessions.createSession({ title: 'From elsewhere' });
    await elsewhere.sessions.executeTask({ task: '$ echo one', sessionId });
    await elsewhere.transfer.saveSession(
      sessionId,
      { format: 'zip' },
      { path: file('came.zip'), replace: false },
    );
    await elsewhere.close();
    removeFolder(elsewhere.root);
    await vscode.window.openViewContainer('Coding Agent');
  });
  after(async () => {
    await vscode.close();
    removeFolder(folder);
  });

  /** The simple dialog of VS Code, which asks for a path in the box of the palette. */
  const choose = async (title: string, path: string): Promise<void> => {
    const { quickInput } = vscode.window;
    await quickInput.untilAsks(title);
    // It writes the folder that it lists into the box, the last time once it has the folder's rows.
    await quickInput.widget.locator('.monaco-list-row', { hasText: '..' }).first().waitFor();
    await quickInput.fill(path);
    await vscode.window.screenshot(`transfer/${title}`);
    await vscode.window.until('the dialog to take it', async () => {
      const value = await quickInput.value();
      if (!(await quickInput.isOpen())) return true;
      if (value !== path) await quickInput.fill(path);
      await reachByKey(quickInput.input, 'Enter');
      return false;
    });
  };

  it('an archive is chosen, and its session is there to be read', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: Import Session');
    await choose('Import Session', file('came.zip'));
    await window.until('the group', async () =>
      (await window.rows('Sessions')).some(({ label }) => label.startsWith('Today (1)')),
    );
    await window.expandRow('Today (1)');
    await window.until('the session', async () =>
      (await window.rows('Sessions')).some(({ label }) => label.includes('From elsewhere')),
    );
    await window.screenshot('transfer/imported');
  });

  it('a place is chosen, and what is written there can be taken in elsewhere', async () => {
    const { window } = vscode;
    await window.chooseFor('From elsewhere', 'Export Session');
    await window.quickInput.untilAsks('What is it for?');
    await window.screenshot('transfer/formats');
    await window.quickInput.pick('Archive');
    await choose('Export Session', file('went.zip'));
    await window.until('the file', async () => Promise.resolve(existsSync(file('went.zip'))));
    const other = await openLedger(await temporaryFolder('other'));
    try {
      const { outcome, metadata } = await other.transfer.importSession(file('went.zip'), 'auto');
      assert.deepEqual([outcome, metadata.title], ['imported', 'From elsewhere']);
    } finally {
      await other.close();
      removeFolder(other.root);
    }
  });
});
