import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { DoctorReport } from '../../src/core/doctorReport.ts';
import type { SessionMetadata } from '../../src/core/session.ts';
import type { AgentTask } from '../../src/core/task.ts';
import type { SessionDetails } from '../../src/core/sessionManager.ts';
import type { OverallStats } from '../../src/core/stats.ts';
import { CommandId } from '../../src/extension/contributionIds.ts';
import { codeOfRejection, openApi, runCommand, until, workspaceRoot } from './support/thisExtension.ts';

describe('commands with an argument object', () => {
  const create = (title: string) => runCommand<SessionMetadata>(CommandId.createSession, { title });
  const run = (task: string, more: object = {}) =>
    runCommand<AgentTask>(CommandId.runTask, { task, ...more });

  before(openApi);

  it('createSession makes a session and it becomes current', async () => {
    const session = await create('By arguments');
    assert.equal(session.title, 'By arguments');
    assert.equal(session.status, 'active');
    const task = await run('create folder by-arguments');
    assert.equal(task.sessionId, session.sessionId);
    assert.ok(existsSync(join(workspaceRoot(), 'by-arguments')));
  });

  it('runTask resolves with the finished task, a failed one too', async () => {
    const done = await run('$ echo hello', { type: 'command', agent: 'direct' });
    assert.deepEqual([done.status, done.type, done.agent], ['completed', 'command', 'direct']);
    const failed = await run('$ exit 7');
    assert.deepEqual([failed.status, failed.reason], ['failed', 'error']);
    assert.ok(failed.error);
    const nobody = await run('Write me a poem about the sea');
    assert.deepEqual([nobody.status, nobody.errorCode], ['failed', 'no_agent']);
  });

  it('runTask refuses what is no task, and nothing is created', async () => {
    const before = (await runCommand<readonly SessionMetadata[]>(CommandId.searchSessions)).length;
    for (const args of [
      { task: '' },
      { task: 'x'.repeat(1024 * 1024) },
      { task: 5 },
      { task: '$ true', type: 'poem' },
      { task: '$ true', agent: '../x' },
      { task: '$ true', sessionId: '../../etc' },
      {},
    ])
      assert.equal(await codeOfRejection(runCommand(CommandId.runTask, args)), 'invalid_input');
    const after = (await runCommand<readonly SessionMetadata[]>(CommandId.searchSessions)).length;
    assert.equal(after, before);
  });

  it('switchSession and resumeSession go back to an older session', async () => {
    const first = await create('First');
    const second = await create('Second');
    await runCommand(CommandId.switchSession, { sessionId: first.sessionId });
    assert.equal((await run('$ true')).sessionId, first.sessionId);
    const resumed = await runCommand<{ session: SessionMetadata; interrupted: AgentTask[] }>(
      CommandId.resumeSession,
      { sessionId: second.sessionId },
    );
    assert.equal(resumed.session.sessionId, second.sessionId);
    assert.deepEqual(resumed.interrupted, []);
    assert.equal(await codeOfRejection(runCommand(CommandId.switchSession)), 'invalid_input');
  });

  it('endSession ends once', async () => {
    const { sessionId } = await create('To end');
    const ended = await runCommand<SessionDetails>(CommandId.endSession, { sessionId, status: 'failed' });
    assert.equal(ended.status, 'failed');
    assert.ok(ended.endTime instanceof Date);
    assert.equal(await codeOfRejection(runCommand(CommandId.endSession, { sessionId })), 'session_ended');
    const odd = runCommand(CommandId.endSession, { sessionId, status: 'perhaps' });
    assert.equal(await codeOfRejection(odd), 'invalid_input');
  });

  it('endSession without an id ends the current one', async () => {
    const { sessionId } = await create('Current');
    const ended = await runCommand<SessionDetails>(CommandId.endSession);
    assert.deepEqual([ended.sessionId, ended.status], [sessionId, 'completed']);
    assert.equal(await codeOfRejection(runCommand(CommandId.endSession)), 'not_found');
  });

  it('renames, tags, pins and archives', async () => {
    const { sessionId } = await create('Plain');
    await runCommand(CommandId.renameSession, { sessionId, title: 'Fancy' });
    await runCommand(CommandId.tagSession, { sessionId, tags: ['ui', 'urgent'] });
    await runCommand(CommandId.pinSession, { sessionId });
    const changed = await runCommand<SessionDetails>(CommandId.archiveSession, { sessionId });
    assert.deepEqual(
      [changed.title, changed.tags, changed.pinned, changed.archived],
      ['Fancy', ['ui', 'urgent'], true, true],
    );
    await runCommand(CommandId.unpinSession, { sessionId });
    const back = await runCommand<SessionDetails>(CommandId.archiveSession, { sessionId, archived: false });
    assert.deepEqual([back.pinned, back.archived], [false, false]);
  });

  it('deletes to the trash, restores and purges', async () => {
    const api = await openApi();
    const { sessionId } = await create('To delete');
    await runCommand(CommandId.deleteSession, { sessionId });
    assert.equal(await codeOfRejection(api.getSession(sessionId)), 'not_found');
    assert.equal(await codeOfRejection(runCommand(CommandId.switchSession, { sessionId })), 'not_found');
    await runCommand(CommandId.restoreSession, { sessionId });
    assert.equal((await api.getSession(sessionId)).title, 'To delete');
    await runCommand(CommandId.deleteSession, { sessionId });
    assert.deepEqual(await runCommand(CommandId.purgeTrash, { sessionId }), [sessionId]);
    assert.equal(await codeOfRejection(runCommand(CommandId.restoreSession, { sessionId })), 'not_found');
  });

  it('checks the files of the sessions, and shows that as a page when called by hand', async () => {
    await create('To check');
    const report = await runCommand<DoctorReport>(CommandId.doctor, {});
    assert.notEqual(report.severity, 'damage');
    assert.ok(report.sessions.some(({ title }) => title === 'To check'));
    await vscode.commands.executeCommand(CommandId.doctor);
    const shown = vscode.window.activeTextEditor?.document;
    assert.equal(shown?.uri.scheme, 'coding-agent-report');
    assert.match(shown.getText(), /Nothing is damaged\./);
    assert.ok(!shown.isDirty);
  });

  it('cancels and retries a task', async () => {
    const api = await openApi();
    const session = await create('To cancel');
    const running = run('$ sleep 30');
    const taskId = await until('the task', async () => (await api.getSession(session.sessionId)).tasks[0]);
    await runCommand(CommandId.cancelTask, { taskId });
    assert.equal((await running).reason, 'cancelled');
    assert.equal(await codeOfRejection(runCommand(CommandId.cancelTask, { taskId })), 'task_not_running');
    const failed = await run('$ test -e by-retry || { touch by-retry; exit 1; }');
    assert.equal(failed.status, 'failed');
    const retried = await runCommand<AgentTask>(CommandId.retryTask, { taskId: failed.id });
    assert.deepEqual([retried.status, retried.attempt, retried.retryOf], ['completed', 2, failed.id]);
    assert.equal(await codeOfRejection(runCommand(CommandId.cancelTask)), 'invalid_input');
  });

  it('showTask opens a read-only page on which foreign text is inert', async () => {
    await create('To show');
    const task = await run('$ echo "<script>alert(1)</script> [x](command:y)"');
    await runCommand(CommandId.showTask, { taskId: task.id });
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'coding-agent-task');
    const text = document.getText();
    assert.match(text, /^# /);
    assert.match(text, /^- Status: completed$/m);
    const outsideCode = text.replace(/^(`{3,})[^]*?^\1$/gm, '').replace(/(`+)[^`]*\1/g, '');
    assert.doesNotMatch(outsideCode, /(?<!\\)<script|(?<!\\)\]\(command/);
    assert.equal(await codeOfRejection(runCommand(CommandId.showTask, { taskId: 'task-x' })), 'not_found');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('copyTaskReport puts the report of a task on the clipboard: of the one named, or of the page', async () => {
    const session = await create('To report');
    const task = await run('$ echo reported');
    const report = await runCommand<string>(CommandId.copyTaskReport, { taskId: task.id });
    assert.match(report, /^# `\$ echo reported`\n/);
    assert.ok(report.includes(`\`To report\` (\`${session.sessionId}\`)`) && report.includes('  reported\n'));
    assert.equal(await vscode.env.clipboard.readText(), report);
    await vscode.env.clipboard.writeText('');
    await runCommand(CommandId.showTask, { taskId: task.id });
    await vscode.commands.executeCommand(CommandId.copyTaskReport);
    assert.equal(await vscode.env.clipboard.readText(), report);
    assert.equal(await codeOfRejection(runCommand(CommandId.copyTaskReport, {})), 'invalid_input');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('showTaskForLine says which task a line comes from', async () => {
    await create('To trace');
    const task = await run('create file traced.txt with content: by a task');
    const path = join(workspaceRoot(), 'traced.txt');
    const trace = await runCommand(CommandId.showTaskForLine, { path, line: 1 });
    assert.deepEqual(trace, { taskId: task.id, sessionId: task.sessionId, exact: true });
    const editor = await vscode.window.showTextDocument(vscode.Uri.file(path));
    await editor.edit(edit => edit.insert(new vscode.Position(0, 0), 'by hand\n'));
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    await vscode.commands.executeCommand(CommandId.showTaskForLine);
    assert.equal(vscode.window.activeTextEditor?.document.uri.query, task.id);
    assert.equal(
      await codeOfRejection(runCommand(CommandId.showTaskForLine, { path: '/etc/hosts' })),
      'invalid_input',
    );
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('shows statistics, output and the newest lists', async () => {
    const stats = await runCommand<OverallStats>(CommandId.showStats);
    assert.ok(stats.sessions > 0 && stats.completed > 0);
    await runCommand(CommandId.showOutput);
    await runCommand(CommandId.refresh);
    const found = await runCommand<readonly SessionMetadata[]>(CommandId.searchSessions, { q: '"To show"' });
    assert.deepEqual(
      found.map(({ title }) => title),
      ['To show'],
    );
  });

  it('refuses an argument that is no object', async () => {
    const call = vscode.commands.executeCommand(CommandId.createSession, 'title');
    assert.equal(await codeOfRejection(call), 'invalid_input');
  });
});
