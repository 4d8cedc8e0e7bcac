import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openVSCode, type VSCode } from './support/openVSCode.ts';

const TASK =
  'replace "hello" with "good morning" in greet.ts then create file notes.md with content: # Notes';

describe('changes and their undo, as a person', () => {
  let vscode: VSCode;
  const path = (name: string): string => join(vscode.workspace, name);
  const greet = (): string => readFileSync(path('greet.ts'), 'utf8');
  const row = async (): Promise<string> =>
    (await vscode.window.rows('Sessions')).find(({ label }) => label.startsWith('replace'))?.label ?? '';
  const untilRow = (state: RegExp) =>
    vscode.window.until(`the task: ${state}`, async () => state.test(await row()));
  /** Opens the preview of an undo from the task's menu. */
  const preview = async (entry: 'Undo Task' | 'Bring Changes Back', question: string): Promise<string[]> => {
    const { window } = vscode;
    await window.chooseFor('replace "hello"', entry);
    await window.quickInput.untilAsks(question);
    return window.until('what will happen', async () => {
      const rows = await window.quickInput.rows();
      return rows.some(text => text.includes('greet.ts')) && rows;
    });
  };

  before(async function () {
    vscode = await openVSCode(this);
    const functions = [1, 2, 3].map(n => `export function greet${n}(): string {\n  return 'hi ${n}';\n}\n\n`);
    writeFileSync(path('greet.ts'), `${functions.join('')}export const word = "hello";\n`);
    const { window } = vscode;
    await window.openViewContainer('Coding Agent');
    await window.runCommand('Coding Agent: Create Session');
    await window.quickInput.answer('title', 'Greetings');
    await window.until('the session', async () =>
      (await window.rows('Sessions')).some(({ label }) => label.includes('Greetings')),
    );
    await window.runCommand('Coding Agent: Run Task');
    await window.quickInput.answer('What to do', TASK);
    await untilRow(/completed/);
  });
  after(() => vscode.close());

  it('are shown in one editor from the row', async () => {
    const { window } = vscode;
    await window.chooseFor('replace "hello"', 'Show Changes of Task');
    await window.until(
      'both files',
      async () => (await window.page.locator('.multiDiffEntry').count()) === 2,
    );
    await window.until('the change', async () =>
      (await window.page.locator('.multiDiffEntry').allInnerTexts()).some(text =>
        text.replaceAll('\u00a0', ' ').includes('good morning'),
      ),
    );
    await window.screenshot('undo/1-changes');
  });

  it('are taken back after a look at what will happen, and the row says so', async () => {
    const { window } = vscode;
    const rows = await preview('Undo Task', 'Undo “replace');
    assert.ok(rows[0]?.includes('Take these changes back'), rows.join('\n'));
    assert.ok(
      rows.some(text => /greet\.ts.*gets its former content/.test(text)),
      rows.join('\n'),
    );
    assert.ok(
      rows.some(text => /notes\.md.*is removed/.test(text)),
      rows.join('\n'),
    );
    await window.screenshot('undo/2-preview');
    await window.quickInput.press('Enter');
    await untilRow(/undone/);
    assert.ok(greet().includes('"hello"') && !existsSync(path('notes.md')));
    await window.screenshot('undo/3-undone');
  });

  it('come back the same way', async () => {
    const { window } = vscode;
    const rows = await preview('Bring Changes Back', 'Bring back “replace');
    assert.ok(
      rows.some(text => /notes\.md.*comes back/.test(text)),
      rows.join('\n'),
    );
    await window.quickInput.press('Enter');
    await untilRow(/^(?!.*undone)/);
    assert.ok(greet().includes('"good morning"') && existsSync(path('notes.md')));
  });

  it('stay with what somebody changed since: Enter leaves all as it is, and a comparison says what it was', async () => {
    const { window } = vscode;
    appendFileSync(path('greet.ts'), '// by hand\n');
    const rows = await preview('Undo Task', 'Somebody else changed greet.ts too');
    assert.ok(rows[0]?.includes('Leave everything as it is'), rows.join('\n'));
    assert.ok(
      rows.some(text => /greet\.ts.*changed since the task/.test(text)),
      rows.join('\n'),
    );
    await window.screenshot('undo/4-conflict');
    await window.quickInput.press('Enter');
    await window.quickInput.untilClosed();
    await preview('Undo Task', 'Somebody else changed greet.ts too');
    await window.quickInput.pick('Show what was changed since');
    await window.page.getByRole('tab', { name: /^greet\.ts \(as the task left it/ }).waitFor();
    await window.until('what was changed', async () => (await window.editorText()).includes('// by hand'));
    await window.screenshot('undo/5-since');
    assert.ok(
      greet().includes('"good morning"') && greet().endsWith('// by hand\n') && existsSync(path('notes.md')),
    );
  });

  it('go all the same when that is wanted, and what was overwritten comes back with them', async () => {
    const { window } = vscode;
    await preview('Undo Task', 'Somebody else changed greet.ts too');
    await window.quickInput.pick('Undo all the same, overwriting that');
    await untilRow(/undone/);
    assert.ok(greet().endsWith('word = "hello";\n'));
    await preview('Bring Changes Back', 'Bring back “replace');
    await window.quickInput.press('Enter');
    await untilRow(/^(?!.*undone)/);
    assert.ok(greet().endsWith('word = "good morning";\n// by hand\n'));
  });

  it('are named above the lines in the editor', async () => {
    const { window } = vscode;
    await window.runCommand('Go to File...');
    await window.quickInput.fill('greet.ts');
    await window.quickInput.pick('greet.ts');
    const lens = window.page.locator('.codelens-decoration', { hasText: 'Changed by “replace' });
    await lens.waitFor();
    await window.screenshot('undo/6-lens');
    await window.click(lens.locator('a').first(), 'the lens');
    await window.until('the page of the task', async () =>
      (await window.editorText()).includes('## Changed files'),
    );
  });
});
