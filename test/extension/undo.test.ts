import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SessionMetadata } from '../../src/core/session.ts';
import type { AgentTask } from '../../src/core/task.ts';
import { CommandId } from '../../src/extension/contributionIds.ts';
import { codeOfRejection, openApi, runCommand, until, workspaceRoot } from './support/thisExtension.ts';

describe('the changes of a task', () => {
  const run = (task: string) => runCommand<AgentTask>(CommandId.runTask, { task });
  const undo = (args: object) => runCommand<AgentTask>(CommandId.undoTask, args);
  const path = (name: string): string => join(workspaceRoot(), name);
  const tab = (): vscode.Tab | undefined => vscode.window.tabGroups.activeTabGroup.activeTab;

  before(async () => {
    await openApi();
    await runCommand<SessionMetadata>(CommandId.createSession, { title: 'Undo' });
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('of one file open in the diff editor, with what was there before', async () => {
    writeFileSync(path('diffed.txt'), 'one\n');
    const task = await run('append to diffed.txt: two');
    await runCommand(CommandId.diffTask, { taskId: task.id });
    const input = await until('a diff editor', () => {
      const shown = tab()?.input;
      return shown instanceof vscode.TabInputTextDiff ? shown : undefined;
    });
    assert.ok(input);
    const text = async (uri: vscode.Uri): Promise<string> =>
      (await vscode.workspace.openTextDocument(uri)).getText();
    assert.equal(await text(input.original), 'one\n');
    assert.equal(await text(input.modified), 'one\ntwo\n');
  });

  it('of several files open together', async () => {
    const task = await run(
      'create file several/a.txt with content: a\ncreate file several/b.txt with content: b',
    );
    await runCommand(CommandId.diffTask, { taskId: task.id });
    await until('the editor of several changes', () =>
      tab()?.label.startsWith('Changes of') === true ? true : undefined,
    );
  });

  it('are taken back and brought back', async () => {
    const task = await run('create file undone.txt with content: x');
    assert.ok((await undo({ taskId: task.id })).undone);
    assert.ok(!existsSync(path('undone.txt')));
    assert.equal((await undo({ taskId: task.id })).undone, undefined);
    assert.equal(readFileSync(path('undone.txt'), 'utf8'), 'x\n');
  });

  it('stay when a file was changed since, unless forced', async () => {
    const task = await run('create file mine.txt with content: x');
    writeFileSync(path('mine.txt'), 'mine\n');
    assert.equal(await codeOfRejection(undo({ taskId: task.id })), 'undo_conflict');
    assert.equal(readFileSync(path('mine.txt'), 'utf8'), 'mine\n');
    await undo({ taskId: task.id, force: true });
    assert.ok(!existsSync(path('mine.txt')));
  });
});
