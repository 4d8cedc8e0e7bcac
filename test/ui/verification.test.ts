import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openVSCode, type VSCode } from './support/openVSCode.ts';

describe('verifying and comparing, as a person', () => {
  let vscode: VSCode;
  const untilRow = (text: string) =>
    vscode.window.until(`a row with ${text}`, async () =>
      (await vscode.window.rows('Sessions')).some(({ label }) => label.includes(text)),
    );

  before(async function () {
    vscode = await openVSCode(this);
    writeFileSync(
      join(vscode.workspace, 'package.json'),
      JSON.stringify({ name: 'demo', scripts: { test: 'test -e src/ok && echo "2 passed"' } }),
    );
    await vscode.window.openViewContainer('Coding Agent');
    await vscode.window.runCommand('Coding Agent: Create Session');
    await vscode.window.quickInput.answer('title', 'Profile page');
    await untilRow('Profile page');
  });
  after(() => vscode.close());

  it('offers the workspace’s own tests below a task that nobody verified; a click runs them', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: Run Task');
    await window.quickInput.answer('What to do', 'Create a new React component called UserProfile');
    await untilRow('Verify with "npm test"');
    const figures = (await window.rows('Statistics')).map(({ label }) => label).join('\n');
    assert.doesNotMatch(figures, /verified|\b0\s?%/, 'what nobody verified has no rate');
    await window.screenshot('verification/offered');
    await window.clickRow('Verify with "npm test"');
    await untilRow('not verified');
    await window.runCommand('Coding Agent: Run Task');
    await window.quickInput.answer('What to do', 'create file src/ok with content: yes');
    await untilRow('create file src/ok');
    await window.chooseFor('Create a new React component', 'Verify Task');
    await window.until('the evidence', async () =>
      (await window.rows('Sessions')).some(
        ({ label }) => label.includes('Create a new React component') && label.includes(', verified · '),
      ),
    );
    await window.screenshot('verification/verified');
    await window.hoverRow('Create a new React component', 'Verified: yes, by "npm test" (exit 0)');
    await window.screenshot('verification/tooltip');
    // The first task's tests failed once and passed then: its newest evidence counts.
    await window.until('both rates', async () =>
      (await window.rows('Statistics')).some(({ label }) =>
        /^This session: 2 of 2 done · 100\s?%.* · verified 1 of 1$/.test(label),
      ),
    );
    await window.screenshot('verification/statistics');
  });

  it('asks which command where none is known', async () => {
    const { window } = vscode;
    await window.chooseFor('create file src/ok', 'Verify Task');
    await window.quickInput.untilAsks('Which command has to confirm the task?');
    await window.quickInput.press('Enter');
    await window.until('its evidence', async () =>
      (await window.rows('Sessions')).some(
        ({ label }) => label.includes('create file src/ok') && label.includes(', verified · '),
      ),
    );
  });

  it('shows attempts side by side', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: Run Task');
    await window.quickInput.answer(
      'What to do',
      'run: echo x >> tries; cp tries result.txt; test $(wc -l < tries) -gt 1',
    );
    await window.until('its failure', async () =>
      (await window.rows('Sessions')).some(({ label }) => /echo x.*failed · exit/.test(label)),
    );
    await window.chooseFor('echo x', 'Retry Task');
    await window.until('the second attempt', async () =>
      (await window.rows('Sessions')).some(({ label }) => /\d s · command · attempt 2/.test(label)),
    );
    await window.chooseFor('attempt 2', 'Compare Tasks');
    const page = window.page.locator('.editor-group-container').first().locator('.view-lines');
    await window.until('the page', async () => (await page.innerText()).includes('Attempt'));
    await window.page.locator('.multiDiffEntry').first().waitFor();
    await window.until(
      'both results',
      async () => (await window.page.locator('.multiDiffEntry').count()) === 2,
    );
    assert.match(await page.innerText(), /Outcome/);
    await window.screenshot('comparison');
    await window.runCommand('Coding Agent: Retry Task');
    await window.quickInput.untilAsks('Which task is to run again');
    await window.quickInput.press('Enter');
    await window.until('the third attempt', async () =>
      (await window.rows('Sessions')).some(({ label }) => label.includes('attempt 3')),
    );
  });
});
