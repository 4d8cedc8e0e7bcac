import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SessionMetadata } from '../../src/core/session.ts';
import type { AgentTask } from '../../src/core/task.ts';
import { CommandId, OUTPUT_LANGUAGE } from '../../src/extension/contributionIds.ts';
import { openApi, runCommand, until } from './support/thisExtension.ts';

const LINE = 'x'.repeat(99);
const PRINTED = 2 * 1024 * 1024;

describe('the output channel', function () {
  this.timeout(120_000);

  before(openApi);
  after(() => vscode.commands.executeCommand('workbench.action.closePanel'));

  it('shows of a command that prints much the beginning as it comes, the end, and how much is between', async () => {
    await runCommand<SessionMetadata>(CommandId.createSession, { title: 'Much output' });
    const task = `$ echo first-line; yes ${LINE} | head -c ${String(PRINTED)}; echo last-line`;
    const { status } = await runCommand<AgentTask>(CommandId.runTask, { task });
    assert.equal(status, 'completed');
    await vscode.commands.executeCommand(CommandId.showOutput);
    const read = (): string => {
      const [channel] = vscode.workspace.textDocuments.filter(
        ({ languageId, uri }) => uri.scheme === 'output' && languageId === OUTPUT_LANGUAGE,
      );
      const all = channel?.getText() ?? '';
      return all.slice(all.indexOf('── Much output'));
    };
    await until('the end of the task in the channel', () => /last-line\n[^]*✓ completed in/.test(read()));
    // Most lines are all alike.
    const lines = read().split('\n');
    const rest = lines.filter(line => line !== `    | ${LINE}`).map(line => line.replace(/x{9,}/, 'x*'));
    const note = rest.findIndex(line => line.startsWith('    … '));
    assert.equal(rest[note - 1], '    | first-line');
    const [, count = ''] =
      /^ +… (.+) characters more: the task keeps them\. The end:$/.exec(rest[note] ?? '') ?? [];
    assert.match(
      rest.slice(note + 1).join('\n'),
      /^ {4}\| x[^]*x\*last-line\n {4}✓ .*exit 0\n✓ completed in/,
    );
    const shown = (PRINTED - Number(count.replace(/\D/g, ''))) / 1024;
    assert.ok(shown > 400 && shown < 512 + 32 + 1, `${shown} KiB are shown`);
    assert.ok(lines.length * LINE.length < 600 * 1024);
  });
});
