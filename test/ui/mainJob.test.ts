import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openVSCode, type VSCode } from './support/openVSCode.ts';

describe('the main job', () => {
  let vscode: VSCode;
  const labels = async () => (await vscode.window.rows('Sessions')).map(row => row.label);
  const row = async (text: string) =>
    (await vscode.window.rows('Sessions')).find(({ label }) => label.includes(text));
  const untilRow = (text: string) =>
    vscode.window.until(`a row with ${text}`, async () => (await row(text)) !== undefined);
  const runTask = async (task: string) => {
    await vscode.window.runCommand('Coding Agent: Run Task');
    await vscode.window.quickInput.answer('Run Task', task);
  };

  before(async function () {
    vscode = await openVSCode(this);
  });
  after(() => vscode.close());

  it('starts with one sentence and two buttons', async () => {
    const { window } = vscode;
    await window.openViewContainer('Coding Agent');
    await window.until('the welcome', () => window.pane('Sessions').getByText('No sessions yet').isVisible());
    assert.deepEqual(await window.pane('Sessions').locator('.welcome-view .monaco-button').allInnerTexts(), [
      'Run Task',
      'Create Session',
    ]);
    await window.until('the status bar', async () => (await window.statusBarItems()).includes('No session'));
    assert.ok(!existsSync(join(vscode.workspace, '.coding-agent')), 'nothing is written by looking');
    await window.screenshot('main-job/1-welcome');
  });

  it('creates a session from the palette, asking for the title first', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: Create Session');
    await window.quickInput.untilAsks('title');
    await window.screenshot('main-job/2-create');
    await window.quickInput.answer('Create Session', 'Profile page');
    await untilRow('Profile page');
    await window.until('the status bar', async () =>
      (await window.statusBarItems()).includes('Profile page'),
    );
  });

  it('runs a task and shows its plan, its files and its progress', async () => {
    const { window } = vscode;
    await runTask('Create a new React component called UserProfile');
    await untilRow('UserProfile, completed');
    await window.until('its plan below it', async () => {
      const rows = await window.rows('Sessions');
      const task = rows.findIndex(({ label }) => label.startsWith('Create a new React component'));
      const isDone = rows.slice(task + 1).some(({ label, level }) => level === 4 && label.includes('done'));
      return rows[task]?.expanded === true && isDone;
    });
    assert.ok(existsSync(join(vscode.workspace, 'src/components/UserProfile.tsx')));
    await window.screenshot('main-job/3-task');
  });

  it('opens a changed file on click', async () => {
    const { window } = vscode;
    await window.expandRow('Changed files');
    await untilRow('UserProfile.tsx, added');
    const file = window.page.locator('.monaco-list-row[aria-label^="src/components/UserProfile.tsx"]');
    await window.click(file, 'the file');
    await window.until('the file', async () => (await window.editorText()).includes('UserProfile'));
    await window.screenshot('main-job/4-file');
  });

  it('spins while a command runs, and the output comes live', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: Show Output');
    // It runs until somebody writes into the pipe.
    const pipe = join(vscode.workspace, '..', 'go');
    execFileSync('mkfifo', [pipe]);
    await runTask('$ echo first && cat ../go && npm test');
    await window.until('the spinner', async () => (await row('echo first'))?.label.includes('step 1 of 1'));
    await window.until('live output', async () => (await window.panelText()).includes('| first'));
    await window.until('the status bar', async () =>
      (await window.statusBarItems()).some(text => text.includes('step 1 of 1')),
    );
    await window.screenshot('main-job/5-running');
    await writeFile(pipe, '');
    await untilRow('npm test, completed');
    await window.until('the outcome', async () => (await window.panelText()).includes('✓ completed in'));
    await window.screenshot('main-job/6-output');
  });

  it('commits, and a failed command says so', async () => {
    const { window } = vscode;
    await runTask('commit all changes with message "Add profile"');
    await untilRow('"Add profile", completed');
    await runTask('$ npm run nothing');
    await untilRow('npm run nothing, failed · exit 1');
    await window.until('the status bar', async () =>
      (await window.statusBarItems()).some(t => t.includes('1 failed')),
    );
    await window.until('the output', async () => (await window.panelText()).includes('✗ failed after'));
    await window.screenshot('main-job/7-failed');
  });

  it('cancels a task from its row', async () => {
    const { window } = vscode;
    await runTask('$ sleep 600');
    await untilRow('$ sleep 600, step 1 of 1');
    await window.clickInRow('$ sleep 600', 'Cancel Task');
    await untilRow('$ sleep 600, cancelled');
  });

  it('switches with a click on the status bar', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: Create Session');
    await window.quickInput.answer('Create Session', 'Another one');
    await untilRow('Another one');
    await window.until('the status bar', async () => (await window.statusBarItems()).includes('Another one'));
    await window.click(window.statusBarItem('Another one'), 'the status bar');
    await window.quickInput.untilAsks('Which session');
    await window.until('sessions', async () => (await window.quickInput.rows()).length === 2);
    await window.screenshot('main-job/8-switch');
    await window.quickInput.pick('Profile page');
    await window.until('the switch', async () =>
      (await window.rows('Sessions'))[1]?.label.startsWith('Profile page'),
    );
    await runTask('$ echo again');
    await untilRow('echo again, completed');
  });

  it('shows statistics', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: Show Statistics');
    const stats = await window.until('figures', async () => {
      const rows = (await window.rows('Statistics')).map(({ label }) => label);
      return rows.some(label => label.startsWith('All sessions: 2 sessions · 6 tasks')) ? rows : undefined;
    });
    assert.match(stats[0] ?? '', /^This session: 4 of 6 done · 67/);
    await window.screenshot('main-job/9-statistics');
  });

  it('finds everything as it was after a reload', async () => {
    const { window } = vscode;
    const before = (await labels()).filter(
      label => !label.startsWith('Changed') && !label.startsWith('src/'),
    );
    await window.reload();
    await window.openViewContainer('Coding Agent');
    await untilRow('Profile page');
    await window.until('the status bar', async () =>
      (await window.statusBarItems()).some(t => t.startsWith('Profile page')),
    );
    const top = async (): Promise<string> =>
      (await window.rows('Sessions'))
        .slice(0, 3)
        .map(({ label, expanded }) => `${label.split(',')[0]?.trim() ?? ''} ${String(expanded)}`)
        .join('\n');
    const expected = 'Current true\nProfile page true\n$ echo again true';
    await window.until('what was open to be open', async () => (await top()) === expected);
    const after = (await labels()).filter(label => / tasks?|completed|cancelled|failed · /.test(label));
    assert.deepEqual(
      after.filter(label => !before.includes(label)),
      [],
      'nothing is new',
    );
    await window.screenshot('main-job/10-reloaded');
  });

  it('opens a task as a page', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: Show Task');
    await window.quickInput.untilAsks('Which task');
    await window.quickInput.pick('$ npm run nothing');
    await window.until('the page', async () => (await window.editorText()).includes('## What happened'));
    await window.screenshot('main-job/11-page');
  });

  it('ends the current session', async () => {
    const { window } = vscode;
    await window.runCommand('Coding Agent: End Session');
    await window.until('the end', async () => (await window.statusBarItems()).includes('No session'));
    await window.until('no current group', async () =>
      (await window.rows('Sessions'))[0]?.label.startsWith('Today (2)'),
    );
    await window.expandRow('Today (2)');
    await untilRow('Profile page, ended, completed');
    await window.screenshot('main-job/12-ended');
  });
});
