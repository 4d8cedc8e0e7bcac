import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SessionMetadata } from '../../src/core/session.ts';
import type { AgentTask } from '../../src/core/task.ts';
import type { TaskComparison } from '../../src/core/taskComparison.ts';
import { CommandId } from '../../src/extension/contributionIds.ts';
import { codeOfRejection, openApi, runCommand, until, workspaceRoot } from './support/thisExtension.ts';

describe('verifying, comparing and forking', () => {
  let session: SessionMetadata;
  const run = (task: string, more: object = {}) =>
    runCommand<AgentTask>(CommandId.runTask, { task, sessionId: session.sessionId, ...more });
  const file = (name: string): string => join(workspaceRoot(), name);

  before(openApi);
  beforeEach(async () => {
    session = await runCommand<SessionMetadata>(CommandId.createSession, { title: 'Verified' });
    rmSync(file('verified.txt'), { force: true });
  });

  it('runTask and verifyTask keep evidence, and getTask knows when it is stale', async () => {
    const good = await run('create file verified.txt with content: yes', {
      verify: 'grep -q yes verified.txt',
    });
    assert.deepEqual([good.status, good.verification?.passed], ['completed', true]);
    const bad = await run('append to verified.txt: more', { verify: 'exit 4' });
    assert.deepEqual([bad.status, bad.reason, bad.verification?.exitCode], ['failed', 'verification', 4]);
    const again = await runCommand<AgentTask>(CommandId.verifyTask, {
      taskId: good.id,
      command: 'cat verified.txt',
    });
    assert.deepEqual([again.status, again.verification?.stale], ['completed', false]);
    assert.match(again.verification?.output?.tail ?? '', /yes\nmore/);
    writeFileSync(file('verified.txt'), 'other\n');
    await runCommand(CommandId.showTask, { taskId: good.id });
    await until('the page says that the evidence is stale', () =>
      vscode.window.activeTextEditor?.document
        .getText()
        .includes('Stale: files that it covers changed since'),
    );
    const none = await run('$ true');
    const refused = runCommand(CommandId.verifyTask, { taskId: none.id });
    assert.equal(await codeOfRejection(refused), 'invalid_input');
    assert.equal(await codeOfRejection(runCommand(CommandId.verifyTask, {})), 'invalid_input');
  });

  it('no workspace can choose the command', async () => {
    const settings = vscode.workspace.getConfiguration();
    const inspected = settings.inspect('codingAgent.verify');
    assert.deepEqual([inspected?.defaultValue, inspected?.workspaceValue], ['', undefined]);
    await assert.rejects(
      Promise.resolve(
        settings.update('codingAgent.verify', 'touch evil', vscode.ConfigurationTarget.Workspace),
      ),
    );
    await settings.update('codingAgent.verify', 'test -e verified.txt', vscode.ConfigurationTarget.Global);
    try {
      const task = await run('create file verified.txt with content: yes');
      assert.equal(task.verification?.command, 'test -e verified.txt');
      assert.equal((await run('$ true')).verification, null);
    } finally {
      await settings.update('codingAgent.verify', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('retryTask takes another agent, and compareTasks opens the attempts side by side', async () => {
    const first = await run('run: test -e verified.txt');
    assert.equal(first.status, 'failed');
    writeFileSync(file('verified.txt'), '');
    const second = await runCommand<AgentTask>(CommandId.retryTask, { taskId: first.id, agent: 'direct' });
    assert.deepEqual([second.status, second.attempt, second.agent], ['completed', 2, 'direct']);
    const comparison = await runCommand<TaskComparison>(CommandId.compareTasks, { taskId: second.id });
    assert.deepEqual(
      comparison.attempts.map(({ taskId, status }) => [taskId, status]),
      [
        [first.id, 'failed'],
        [second.id, 'completed'],
      ],
    );
    const page = vscode.window.activeTextEditor?.document;
    assert.match(page?.getText() ?? '', /\| Attempt 1 +\| Attempt 2 +\|/);
    assert.equal(page?.uri.scheme, 'coding-agent-report');
    for (const args of [{}, { taskIds: 7 }, { taskIds: [7] }])
      assert.equal(await codeOfRejection(runCommand(CommandId.compareTasks, args)), 'invalid_input');
  });

  it('forkSession goes on from a task, and the fork is current', async () => {
    const first = await run('create file verified.txt with content: one');
    await run('append to verified.txt: two');
    const fork = await runCommand<SessionMetadata>(CommandId.forkSession, {
      ...{ sessionId: session.sessionId, at: first.id, title: 'Other way' },
    });
    assert.deepEqual([fork.title, fork.totalTasks, fork.forked?.at], ['Other way', 1, first.id]);
    const next = await runCommand<AgentTask>(CommandId.runTask, { task: '$ true' });
    assert.equal(next.sessionId, fork.sessionId);
    const whole = await runCommand<SessionMetadata>(CommandId.forkSession, { sessionId: session.sessionId });
    assert.deepEqual([whole.title, whole.totalTasks], ['Verified (fork)', 2]);
    const odd = runCommand(CommandId.forkSession, { sessionId: session.sessionId, at: 'nothing' });
    assert.equal(await codeOfRejection(odd), 'not_found');
  });
});
