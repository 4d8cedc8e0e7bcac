import assert from 'node:assert/strict';
import childProcess from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { AgentTask } from '../../src/core/task.ts';
import { CommandId, SettingId } from '../../src/extension/contributionIds.ts';
import { openApi, runCommand, until, workspaceRoot } from './support/thisExtension.ts';

describe('the code lens', () => {
  const { spawn } = childProcess;
  const run = (task: string) => runCommand<AgentTask>(CommandId.runTask, { task });
  const path = (name: string): string => join(workspaceRoot(), name);
  const text = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, line) => `line ${from + line}\n`).join('');
  /** The lines that have a lens, from 0, and the tasks that these lead to. */
  const shown = async (uri: vscode.Uri): Promise<Record<number, string[]>> => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uri,
    );
    const byLine: Record<number, string[]> = {};
    for (const { range, command } of lenses) {
      if (command?.command !== CommandId.showTask) continue;
      const [{ taskId }] = command.arguments as [{ taskId: string }];
      (byLine[range.start.line] ??= []).push(taskId);
    }
    return byLine;
  };
  const untilShown = async (uri: vscode.Uri, expected: Record<number, string[]>): Promise<void> => {
    let last: unknown;
    await until('the lenses', async () => {
      last = await shown(uri);
      return JSON.stringify(last) === JSON.stringify(expected);
    }).catch(() => {
      assert.deepEqual(last, expected);
    });
  };
  /** Processes that read contents of checkpoints meanwhile. */
  const readings = async (act: () => Promise<void>): Promise<number> => {
    let count = 0;
    const counting = (...args: unknown[]): unknown => {
      if (Array.isArray(args[1]) && args[1].includes('cat-file')) count++;
      return (spawn as (...given: unknown[]) => unknown)(...args);
    };
    Object.assign(childProcess, { spawn: counting });
    try {
      await act();
    } finally {
      Object.assign(childProcess, { spawn });
    }
    return count;
  };

  before(async () => {
    await openApi();
    await runCommand(CommandId.createSession, { title: 'To trace' });
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('names above each region the task that it comes from, and follows what the person types without reading', async () => {
    writeFileSync(path('lens.txt'), text(0, 20));
    const first = await run('replace "line 5" with "line five" in lens.txt');
    const second = await run('append to lens.txt: the end');
    const uri = vscode.Uri.file(path('lens.txt'));
    const editor = await vscode.window.showTextDocument(uri);
    await untilShown(uri, { 5: [first.id], 20: [second.id] });
    const lines = 6;
    const typed = await readings(async () => {
      for (let line = 1; line <= lines; line++) {
        await editor.edit(edit => edit.insert(new vscode.Position(2, 0), 'by hand\n'));
        await untilShown(uri, { [5 + line]: [first.id], [20 + line]: [second.id] });
      }
      await editor.edit(edit => edit.delete(new vscode.Range(10, 0, 12, 0)));
      await untilShown(uri, { 24: [second.id] });
    });
    // One that had begun before may still go on.
    assert.ok(typed < lines, `what is typed does not make it read: ${typed}`);
    const saved = await readings(async () => {
      await vscode.commands.executeCommand('undo');
      await editor.document.save();
      await untilShown(uri, { 11: [first.id], 26: [second.id] });
    });
    assert.ok(saved > 0, 'it is looked for again after saving');
  });

  it('of a task goes with its undo, and none is shown when it is switched off', async () => {
    const task = await run('create file lensed.txt with content: by a task');
    const uri = vscode.Uri.file(path('lensed.txt'));
    await vscode.window.showTextDocument(uri);
    await untilShown(uri, { 0: [task.id] });
    const settings = vscode.workspace.getConfiguration();
    await settings.update(SettingId.codeLens, false, vscode.ConfigurationTarget.Global);
    assert.deepEqual(await shown(uri), {});
    await settings.update(SettingId.codeLens, undefined, vscode.ConfigurationTarget.Global);
    await untilShown(uri, { 0: [task.id] });
    writeFileSync(path('other.txt'), text(0, 9));
    const other = await run('replace "line 3" with "line three" in other.txt');
    const otherUri = vscode.Uri.file(path('other.txt'));
    await vscode.window.showTextDocument(otherUri);
    await untilShown(otherUri, { 3: [other.id] });
    await runCommand(CommandId.undoTask, { taskId: other.id });
    await untilShown(otherUri, {});
  });
});
