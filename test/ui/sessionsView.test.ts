import assert from 'node:assert/strict';
import { openLedger } from './support/openLedger.ts';
import { openVSCode, type VSCode } from './support/openVSCode.ts';

describe('the sessions view, by keyboard and menu', () => {
  let vscode: VSCode;
  const rows = async () => (await vscode.window.rows('Sessions')).map(({ label }) => label.trim());
  const untilRow = (text: string) =>
    vscode.window.until(`a row with ${text}`, async () => (await rows()).some(label => label.includes(text)));

  before(async function () {
    vscode = await openVSCode(this);
    const ledger = await openLedger(vscode.workspace);
    for (const title of ['Alpha', 'Beta', 'Gamma']) {
      const { sessionId } = await ledger.sessions.createSession({ title });
      await ledger.sessions.executeTask({ task: `$ echo ${title}`, sessionId });
    }
    await ledger.close();
    await vscode.window.reload();
    await vscode.window.openViewContainer('Coding Agent');
    await untilRow('Today (3)');
    await vscode.window.expandRow('Today (3)');
    await untilRow('Alpha');
  });
  after(() => vscode.close());

  it('renames with F2', async () => {
    const { window } = vscode;
    await window.pressInRow('Beta', 'F2');
    await window.quickInput.answer('Rename Session', 'Better');
    await untilRow('Better');
  });

  it('pins from the context menu, which offers what makes sense', async () => {
    const { window } = vscode;
    await window.openMenuOf('Gamma');
    const offered = await window.menuEntries().allInnerTexts();
    assert.ok(offered.includes('Pin Session') && !offered.includes('Unpin Session'), offered.join(', '));
    await window.screenshot('sessions-view/menu');
    await window.page.keyboard.press('Escape');
    await window.menuEntries().first().waitFor({ state: 'hidden' });
    await window.chooseFor('Gamma', 'Pin Session');
    await untilRow('Pinned (1)');
    await untilRow('Today (2)');
  });

  it('makes the selected session current with Enter', async () => {
    const { window } = vscode;
    await window.pressInRow('Better', 'Enter');
    await window.until('the current one', async () => (await rows())[1]?.startsWith('Better'));
    await window.screenshot('sessions-view/current');
  });

  it('shows a task’s page with Enter', async () => {
    const { window } = vscode;
    await window.pressInRow('echo Beta', 'Enter');
    await window.until('the page', async () => (await window.editorText()).includes('echo Beta'));
  });

  it('deletes with Delete and restores from the palette', async () => {
    const { window } = vscode;
    await window.pressInRow('Alpha', 'Delete');
    await window.until('it to go', async () => !(await rows()).some(label => label.startsWith('Alpha')));
    assert.equal(await window.dialog(), undefined, 'no dialog for what can be undone');
    await window.runCommand('Coding Agent: Restore Session');
    await window.quickInput.untilAsks('trash');
    await window.quickInput.pick('Alpha');
    await untilRow('Today (1)');
  });

  it('shows what is found while it is typed, and opens what is chosen', async () => {
    const { window } = vscode;
    const shown = () => window.quickInput.rows();
    await window.runCommand('Coding Agent: Search Sessions');
    await window.quickInput.untilAsks('Words, "phrases"');
    await window.quickInput.fill('state:failed');
    await window.until('what is wrong', async () =>
      (await shown())[0]?.includes('There is no filter state:'),
    );
    await window.quickInput.fill('amma');
    await window.until('a task and a session', async () => (await shown()).length === 2);
    await window.quickInput.fill('"exit 0" since:1d');
    await window.until('the match', async () => (await shown())[0]?.includes('output: exit 0'));
    await window.screenshot('sessions-view/search');
    await window.quickInput.fill('gamma type:command');
    await window.until('the task', async () => (await shown()).length === 1);
    await window.quickInput.pick('$ echo Gamma');
    await window.until('its page', async () => (await window.editorText()).includes('echo Gamma'));
    await window.runCommand('View: Close All Editors');
    await window.runCommand('Coding Agent: Search Sessions');
    await window.quickInput.untilAsks('Words, "phrases"');
    await window.quickInput.fill('gamma status:active');
    await window.until('the session', async () => (await shown()).length === 1);
    await window.quickInput.pick('Gamma');
    await window.until('the switch', async () => (await rows())[1]?.startsWith('Gamma'));
  });

  it('offers earlier tasks on arrow-up', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: Run Task');
    await window.quickInput.untilAsks('Run Task');
    await window.quickInput.press('ArrowUp');
    await window.quickInput.untilAsks('Earlier Tasks');
    await window.screenshot('sessions-view/history');
    await window.quickInput.pick('$ echo Alpha');
    await window.quickInput.untilAsks('Run Task');
    await window.until('its text', async () => (await window.quickInput.value()) === '$ echo Alpha');
    await window.quickInput.press('Enter');
    await window.until('it to run', async () =>
      (await rows()).some(label => label.startsWith('$ echo Alpha, completed')),
    );
  });

  it('calls a task interrupted that the reload of the window stopped, and runs it again only when asked', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: Run Task');
    await window.quickInput.answer('Run Task', '$ sleep 1000');
    await untilRow('$ sleep 1000, step 1 of 1');
    await window.reload();
    await window.openViewContainer('Coding Agent');
    await untilRow('$ sleep 1000, interrupted');
    await window.screenshot('sessions-view/interrupted');
    assert.ok(!(await rows()).some(label => label.includes('step 1 of 1')));
  });

  it('follows what another program does to the same folder', async () => {
    const ledger = await openLedger(vscode.workspace);
    try {
      await ledger.sessions.createSession({ title: 'From elsewhere' });
      await untilRow('Today (3)');
    } finally {
      await ledger.close();
    }
  });
});
