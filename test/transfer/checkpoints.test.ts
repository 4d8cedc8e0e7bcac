import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskDiff } from '../../src/core/checkpoints.ts';
import type { Host } from '../../src/host/host.ts';
import type { SavedExport } from '../../src/transfer/saveFile.ts';
import { folderState } from '../undo/support/folderState.ts';
import { useHosts } from './support/useHosts.ts';

const WORK =
  '$ printf "1\\n2\\n3\\n" > lines.txt && mv old.txt "naïve ☃.txt" && rm gone && chmod +x tool && printf "\\0\\1" > bytes && ln -s lines.txt link && mkdir -p a/b && touch a/b/empty';

describe('sessions that take their checkpoints along', function () {
  this.timeout(300_000);
  const { temporary, host } = useHosts();

  /** A session whose two tasks changed files, and their ids. */
  async function session({ root, sessions }: Host): Promise<readonly [id: string, tasks: readonly string[]]> {
    for (const name of ['old.txt', 'gone', 'tool']) writeFileSync(join(root, name), `${name}\n`);
    chmodSync(join(root, 'tool'), 0o644);
    symlinkSync('gone', join(root, 'other'));
    const { sessionId } = await sessions.createSession({ title: 'Far away' });
    const ids: string[] = [];
    for (const task of [WORK, 'replace "2" with "two" in lines.txt']) {
      const { id, status } = await sessions.executeTask({ sessionId, task });
      assert.equal(status, 'completed');
      ids.push(id);
    }
    return [sessionId, ids];
  }

  const save = (from: Host, id: string, checkpoints: boolean, name = 'export.zip'): Promise<SavedExport> =>
    from.transfer.saveSession(
      id,
      { format: 'zip', checkpoints },
      { path: join(temporary(), name), replace: true },
    );

  const diffs = ({ undo }: Host, tasks: readonly string[]): Promise<readonly TaskDiff[]> =>
    Promise.all(tasks.map(id => undo.diff(id)));

  it('show the same changes elsewhere, byte for byte, also in a fork, and grant no undo', async () => {
    const here = await host('here');
    const [id, tasks] = await session(here);
    const saved = await save(here, id, true);
    assert.equal(saved.checkpoints, 2);
    const there = await host('there');
    writeFileSync(join(there.root, 'lines.txt'), 'mine\n');
    const { outcome, checkpoints } = await there.transfer.importSession(saved.file, 'auto');
    assert.deepEqual([outcome, checkpoints], ['imported', 2]);
    const expected = await diffs(here, tasks);
    assert.equal(expected[0]?.files.length, 7);
    assert.deepEqual(await diffs(there, tasks), expected);
    for (const moment of ['before', 'after'] as const)
      assert.deepEqual(
        await there.undo.content(tasks[1]!, moment, 'lines.txt'),
        await here.undo.content(tasks[1]!, moment, 'lines.txt'),
      );
    for (const refused of [there.undo.plan(tasks[0]!), there.undo.undo(tasks[0]!, { force: true })])
      await assert.rejects(refused, { code: 'session_imported' });
    const fork = await there.forks.fork(id);
    const copies = await there.sessions.listTasks(fork.sessionId);
    for (const [index, { files, before, after, taskId }] of (
      await diffs(
        there,
        copies.map(task => task.id),
      )
    ).entries())
      assert.deepEqual(
        { files, before, after, taskId },
        {
          ...{ files: expected[index]?.files, before: expected[index]?.before },
          ...{ after: expected[index]?.after, taskId: copies[index]?.id },
        },
      );
    await assert.rejects(there.undo.undo(copies[0]!.id), { code: 'no_checkpoint', message: /copy/ });
    assert.equal(readFileSync(join(there.root, 'lines.txt'), 'utf8'), 'mine\n');
    assert.notEqual((await there.doctor()).severity, 'damage');
  });

  it('pass them on, and add them to a session that came without', async () => {
    const here = await host('here');
    const [id, tasks] = await session(here);
    const without = await save(here, id, false, 'without.zip');
    assert.equal(without.checkpoints, null);
    const there = await host('there');
    assert.equal((await there.transfer.importSession(without.file, 'auto')).checkpoints, null);
    const [bare] = await diffs(there, tasks);
    assert.deepEqual(
      [bare?.before, bare?.files.length, bare?.files.some(({ patch }) => patch !== undefined)],
      [null, 7, false],
      'which files changed is known without them',
    );
    assert.match(bare?.problem ?? '', /did not come along/);
    const again = await there.transfer.importSession((await save(here, id, true)).file, 'auto');
    assert.deepEqual([again.outcome, again.checkpoints], ['present', 2]);
    const beyond = await host('beyond');
    const passedOn = await save(there, id, true, 'on.zip');
    assert.equal((await beyond.transfer.importSession(passedOn.file, 'auto')).checkpoints, 2);
    const expected = await diffs(here, tasks);
    assert.deepEqual(await diffs(there, tasks), expected);
    assert.deepEqual(await diffs(beyond, tasks), expected);
  });

  it('of a fork come along though the session that it comes from stays, and go on from there', async () => {
    const here = await host('here');
    const [id, tasks] = await session(here);
    const fork = await here.forks.fork(id);
    const again = await here.forks.fork(fork.sessionId);
    await here.sessions.executeTask({
      sessionId: again.sessionId,
      task: 'create file own.txt with content: own',
    });
    /** What the copies show, apart from which task it is. */
    const shown = async ({ sessions, undo }: Host, forkId: string): Promise<unknown[]> => {
      const copies = (await sessions.listTasks(forkId)).slice(0, tasks.length);
      const found = await Promise.all(copies.map(copy => undo.diff(copy.id)));
      assert.deepEqual(
        found.map(({ taskId }) => taskId),
        copies.map(copy => copy.id),
      );
      return found.map(({ taskId: _id, ...rest }) => rest);
    };
    const expected = (await diffs(here, tasks)).map(({ taskId: _id, ...rest }) => rest);
    assert.equal(expected.flatMap(({ files }) => files).filter(({ patch }) => patch !== undefined).length, 8);

    const saved = await save(here, again.sessionId, true);
    assert.equal(saved.checkpoints, 3);
    const there = await host('there');
    assert.equal((await there.transfer.importSession(saved.file, 'auto')).checkpoints, 3);
    assert.deepEqual(await shown(there, again.sessionId), expected);
    const [copy] = await there.sessions.listTasks(again.sessionId);
    assert.deepEqual(
      await there.undo.content(copy!.id, 'after', 'lines.txt'),
      await here.undo.content(tasks[0]!, 'after', 'lines.txt'),
    );
    await assert.rejects(there.undo.undo(copy!.id), { code: 'session_imported' });
    assert.notEqual((await there.doctor()).severity, 'damage');
    const kept = await there.forks.fork(again.sessionId);
    assert.deepEqual(await shown(there, kept.sessionId), expected);
    await assert.rejects(
      there.sessions.listTasks(kept.sessionId).then(([first]) => there.undo.undo(first!.id)),
      { code: 'no_checkpoint', message: /copy/ },
    );
    // The session that it comes from, without its checkpoints, hides nothing of what the fork brought.
    await there.transfer.importSession((await save(here, id, false, 'without.zip')).file, 'auto');
    assert.deepEqual(await shown(there, again.sessionId), expected);

    const beyond = await host('beyond');
    const passedOn = await save(there, kept.sessionId, true, 'on.zip');
    assert.equal((await beyond.transfer.importSession(passedOn.file, 'auto')).checkpoints, 3);
    assert.deepEqual(await shown(beyond, kept.sessionId), expected);

    const bare = await host('bare');
    const { file } = await save(here, again.sessionId, false, 'bare.zip');
    await bare.transfer.importSession(file, 'auto');
    const [first] = await bare.sessions.listTasks(again.sessionId);
    assert.match((await bare.undo.diff(first!.id)).problem ?? '', /did not come along/);
  });

  it('say how many there are, and leave out those that are pruned', async () => {
    const here = await host('here');
    const [id] = await session(here);
    await here.undo.prune(new Date(Date.now() + 60_000));
    const saved = await save(here, id, true);
    assert.equal(saved.checkpoints, 0);
    const there = await host('there');
    assert.equal((await there.transfer.importSession(saved.file, 'auto')).checkpoints, null);
    await assert.rejects(here.transfer.exportSession(id, { format: 'html', checkpoints: true }), {
      code: 'invalid_input',
      field: 'checkpoints',
    });
  });

  it('home again change nothing of one’s own session, and are refused where a task has others', async () => {
    const here = await host('here');
    const [id, [first = '']] = await session(here);
    const { file } = await save(here, id, true);
    const before = folderState(here.root, ['locks', 'tmp']);
    const again = await here.transfer.importSession(file, 'auto');
    assert.deepEqual([again.outcome, again.checkpoints], ['present', 0]);
    assert.deepEqual(folderState(here.root, ['locks', 'tmp']), before);
    const there = await host('there');
    await there.doctor();
    const refs = join(there.root, '.coding-agent', 'checkpoints', 'refs', 'tasks', first);
    mkdirSync(refs, { recursive: true });
    writeFileSync(join(refs, 'after'), `${'1'.repeat(40)}\n`);
    await assert.rejects(there.transfer.importSession(file, 'auto'), { code: 'conflict' });
    assert.equal(readFileSync(join(refs, 'after'), 'utf8'), `${'1'.repeat(40)}\n`);
    const store = join(there.root, '.coding-agent', 'checkpoints');
    const left = execFileSync('find', [join(store, 'refs', 'tasks'), '-type', 'f'], { encoding: 'utf8' });
    assert.equal(left.trim(), join(refs, 'after'), 'nor are the others kept');
    assert.deepEqual((await there.sessions.listPage({})).sessions, []);
  });
});
