import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { StatsReport } from '../../src/core/statsReport.ts';
import { CommandId, DASHBOARD_VIEW } from '../../src/extension/contributionIds.ts';
import { isToPage } from '../../src/extension/dashboard/messages.ts';
import {
  collectReport,
  collectWholeReport,
  findTasks,
  uncountedText,
} from '../../src/extension/dashboard/collectReport.ts';
import { dashboardContent } from '../../src/extension/dashboard/dashboardContent.ts';
import { openFolder } from './support/openFolder.ts';
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

  it('count what can be counted, and name a folder that cannot', async () => {
    const [good, bad] = [await openFolder(), await openFolder()];
    try {
      await good.sessions.executeTask({ task: '$ echo one' });
      // What another program may leave there.
      await mkdir(join(bad.root, '.coding-agent'));
      await writeFile(join(bad.root, '.coding-agent', 'sessions'), 'no folder');
      for (const folders of [
        [good.folder, bad.folder],
        [bad.folder, good.folder],
      ]) {
        const { report, uncounted } = await collectReport(folders, {});
        assert.deepEqual([report.tasks, uncounted.map(({ folder }) => folder)], [1, [bad.folder]]);
        const problems = uncounted.map(uncountedText);
        assert.match(problems.join(), /^The tasks of folder are not counted\. .*\.coding-agent/);
        const selection = { period: 'all', folder: '' };
        const { view } = dashboardContent(report, problems, selection, [], new Date());
        assert.deepEqual([view.problems, view.emptyText], [problems, null]);
        assert.ok(isToPage({ type: 'show', view }));
        assert.equal((await findTasks(folders, {})).length, 1);
        // A file that programs read has no place for a note.
        assert.notEqual(await codeOfRejection(collectWholeReport(folders, {})), undefined);
      }
      const { report, uncounted } = await collectReport([bad.folder], {});
      assert.deepEqual([report.tasks, uncounted.length], [0, 1]);
      await assert.rejects(findTasks([bad.folder], {}));
    } finally {
      await good.close();
      await bad.close();
    }
  });
});

function isDashboard(input: unknown): boolean {
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith(DASHBOARD_VIEW);
}
