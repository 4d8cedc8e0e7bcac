import assert from 'node:assert/strict';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionMetadata } from '../../src/core/session.ts';
import type { AgentTask } from '../../src/core/task.ts';
import { CommandId } from '../../src/extension/contributionIds.ts';
import type { ImportedSession } from '../../src/transfer/importSession.ts';
import type { SavedExport } from '../../src/transfer/saveFile.ts';
import { codeOfRejection, openApi, runCommand, workspaceRoot } from './support/thisExtension.ts';

describe('exporting and importing sessions', () => {
  let folder: string;

  before(async () => {
    await openApi();
    folder = mkdtempSync(join(tmpdir(), 'transfer-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('writes an archive that Import Session takes in again once the session is gone, to be read only', async () => {
    const { sessionId } = await runCommand<SessionMetadata>(CommandId.createSession, {
      title: 'To take along',
    });
    await runCommand<AgentTask>(CommandId.runTask, { task: '$ echo one', sessionId });
    const saved = await runCommand<SavedExport>(CommandId.exportSession, { sessionId, path: folder });
    assert.deepEqual(
      globSync('*.zip', { cwd: folder }).map(name => join(folder, name)),
      [saved.file],
    );
    const again = await runCommand<ImportedSession[]>(CommandId.importSession, { path: saved.file });
    assert.deepEqual(
      again.map(({ outcome }) => outcome),
      ['present'],
    );
    await runCommand(CommandId.deleteSession, { sessionId });
    assert.equal(
      await codeOfRejection(runCommand(CommandId.importSession, { path: saved.file })),
      'conflict',
    );
    await runCommand(CommandId.purgeTrash, { sessionId });
    const [imported] = await runCommand<ImportedSession[]>(CommandId.importSession, { path: folder });
    assert.deepEqual([imported?.outcome, imported?.metadata.title], ['imported', 'To take along']);
    const refused = runCommand(CommandId.runTask, { task: '$ touch never-imported', sessionId });
    assert.equal(await codeOfRejection(refused), 'session_imported');
    assert.deepEqual(globSync('never-imported', { cwd: workspaceRoot() }), []);
    await runCommand(CommandId.deleteSession, { sessionId });
    await runCommand(CommandId.purgeTrash, { sessionId });
  });

  it('takes checkpoints along where it is told to: what a task changed shows once the session came back', async () => {
    const { sessionId } = await runCommand<SessionMetadata>(CommandId.createSession, { title: 'With files' });
    const task = 'create file with-checkpoints.txt with content: taken along';
    const { id: taskId } = await runCommand<AgentTask>(CommandId.runTask, { task, sessionId });
    const bare = await runCommand<SavedExport>(CommandId.exportSession, {
      sessionId,
      path: join(folder, 'bare.zip'),
    });
    assert.equal(bare.checkpoints, null);
    const path = join(folder, 'whole.zip');
    const whole = await runCommand<SavedExport>(CommandId.exportSession, {
      sessionId,
      path,
      checkpoints: true,
    });
    assert.equal(whole.checkpoints, 1);
    assert.ok(whole.bytes > bare.bytes);
    await runCommand(CommandId.deleteSession, { sessionId });
    await runCommand(CommandId.purgeTrash, { sessionId });
    // As where it never ran.
    const known = join(workspaceRoot(), '.coding-agent/checkpoints/refs/tasks', taskId);
    rmSync(known, { recursive: true, force: true });
    const [arrived] = await runCommand<ImportedSession[]>(CommandId.importSession, { path });
    assert.deepEqual([arrived?.outcome, arrived?.checkpoints], ['imported', 1]);
    assert.ok(existsSync(known));
    await runCommand(CommandId.diffTask, { taskId });
    const html = runCommand(CommandId.exportSession, {
      sessionId,
      path: `${path}.html`,
      format: 'html',
      checkpoints: true,
    });
    assert.equal(await codeOfRejection(html), 'invalid_input');
    await runCommand(CommandId.deleteSession, { sessionId });
    await runCommand(CommandId.purgeTrash, { sessionId });
  });

  it('writes reports, and says why it does not', async () => {
    const { sessionId } = await runCommand<SessionMetadata>(CommandId.createSession, { title: 'To read' });
    const path = join(folder, 'report.html');
    await runCommand(CommandId.exportSession, { sessionId, path, format: 'html' });
    assert.match(readFileSync(path, 'utf8'), /<title>To read<\/title>/);
    for (const args of [{ sessionId }, { sessionId, path }, { sessionId, path: `${path}2`, format: 'tar' }])
      assert.equal(await codeOfRejection(runCommand(CommandId.exportSession, args)), 'invalid_input');
    const bad = join(folder, 'bad.zip');
    writeFileSync(bad, 'PK nothing');
    assert.equal(await codeOfRejection(runCommand(CommandId.importSession, { path: bad })), 'bad_archive');
  });
});
