import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { StatsReport } from '../../src/core/statsReport.ts';
import { CommandId, DASHBOARD_VIEW } from '../../src/extension/contributionIds.ts';
import { codeOfRejection, runCommand, until } from './support/thisExtension.ts';

describe('statistics in VS Code', () => {
  before(async () => {
    await runCommand(CommandId.createSession, { title: 'To count' });
    await runCommand(CommandId.runTask, { task: '$ echo counted' });
  });

  it('are exported as a table and as a document, of a period', async () => {
    const { tasks } = await runCommand<StatsReport>(CommandId.showStats, { period: 'day' });
    assert.ok(tasks > 0);
    const table = await runCommand<string>(CommandId.exportStats, { format: 'csv', period: 'day' });
    assert.match(table, new RegExp(`\\r\\nall,,${tasks},`));
    const text = await runCommand<string>(CommandId.exportStats, { format: 'json', period: 'day' });
    const { tasks: exported, since } = JSON.parse(text) as { tasks: number; since: string };
    assert.deepEqual([exported, new Date(since).getHours()], [tasks, 0]);
    for (const args of [{}, { format: 'xml' }, { format: 'csv', period: 'fortnight' }])
      assert.equal(await codeOfRejection(runCommand(CommandId.exportStats, args)), 'invalid_input');
  });

  it('have one dashboard, however often it is asked for', async () => {
    const open = (): vscode.Tab[] =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => isDashboard(input));
    const untilOpen = (count: number): Promise<boolean> =>
      until(`${count} dashboards`, () => open().length === count);
    const show = (): Thenable<StatsReport> => vscode.commands.executeCommand(CommandId.showStats);
    const figures = await show();
    await untilOpen(1);
    await show();
    await untilOpen(1);
    assert.ok(figures.sessions > 0);
    await vscode.window.tabGroups.close(open());
    await untilOpen(0);
    await show();
    await untilOpen(1);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await untilOpen(0);
  });
});

function isDashboard(input: unknown): boolean {
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith(DASHBOARD_VIEW);
}
