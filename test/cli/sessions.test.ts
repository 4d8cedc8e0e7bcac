import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { useCli } from './support/cli.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('coding-agent sessions', function () {
  this.timeout(300_000);
  const cli = useCli();
  const create = async (title: string): Promise<string> =>
    (await cli.json(['sessions', 'create', '--title', title, '--trust'])).sessionId;

  it('create, show and end answer as the HTTP routes do', async () => {
    const { sessionId, metadata } = await cli.json(['sessions', 'create', '--trust']);
    assert.match(sessionId, UUID);
    assert.deepEqual(
      { ...metadata, startTime: '', updatedAt: '', author: null },
      {
        sessionId,
        startTime: '',
        workingDirectory: cli.root,
        projectPath: cli.root,
        tasks: [],
        plans: [],
        totalTasks: 0,
        completedTasks: 0,
        failedTasks: 0,
        totalExecutionTime: 0,
        status: 'active',
        schemaVersion: 1,
        title: '',
        author: null,
        tags: [],
        pinned: false,
        archived: false,
        updatedAt: '',
        lastEventSeq: 1,
      },
    );
    assert.equal(new Date(metadata.startTime).toISOString(), metadata.startTime);
    const shown = await cli.json(['sessions', 'show']);
    assert.deepEqual(Object.keys(shown), ['metadata', 'stats']);
    assert.equal(shown.metadata.sessionId, sessionId, 'a created session is the current one');
    assert.deepEqual([shown.stats.successRate, shown.stats.avgExecutionTime], [null, null]);
    const ended = await cli.json(['sessions', 'end', sessionId, '--status', 'failed']);
    assert.deepEqual(Object.keys(ended), ['metadata', 'stats']);
    assert.equal(ended.metadata.status, 'failed');
    assert.equal(new Date(ended.metadata.endTime ?? '').toISOString(), ended.metadata.endTime);
    const again = await cli.json(['sessions', 'end', sessionId], 1);
    assert.equal(again.code, 'session_ended');
    assert.equal(
      (await cli.json(['sessions', 'end'], 2)).code,
      'not_found',
      'an ended session is current no more',
    );
  });

  it('list is newest first, paged and filtered', async () => {
    const [first, second, third] = [await create('Alpha'), await create('Beta page'), await create('Gamma')];
    const all = await cli.json(['sessions', 'list']);
    assert.deepEqual(
      all.sessions.map(session => session.sessionId),
      [third, second, first],
    );
    assert.deepEqual(all.damaged, []);
    assert.equal('nextCursor' in all, false);
    const page = await cli.json(['sessions', 'list', '--limit', '2']);
    assert.equal(page.sessions.length, 2);
    const rest = await cli.json(['sessions', 'list', '--limit', '2', '--cursor', page.nextCursor]);
    assert.deepEqual(
      rest.sessions.map(session => session.sessionId),
      [first],
    );
    await cli.json(['sessions', 'end', second]);
    const active = await cli.json(['sessions', 'list', '--status', 'active']);
    assert.equal(active.sessions.length, 2);
    for (const args of [
      ['sessions', 'list', '--q', 'PAGE beta'],
      ['sessions', 'search', 'page', 'beta'],
    ]) {
      const found = await cli.json(args);
      assert.deepEqual(
        found.sessions.map(session => session.sessionId),
        [second],
      );
    }
    assert.equal(
      (await cli.json(['sessions', 'search', 'gamma', '--status', 'completed'])).sessions.length,
      0,
    );
    const plain = await cli.run(['sessions', 'list']);
    assert.deepEqual(
      plain.stdout
        .trimEnd()
        .split('\n')
        .map(line => line.split('\t')[0]),
      [third, second, first],
    );
    assert.doesNotMatch(plain.stdout, /\u001b/);
  });

  it('rename, tag, pin and archive change what is given and nothing else', async () => {
    const id = await create('Before');
    assert.equal((await cli.json(['sessions', 'rename', id, 'After'])).metadata.title, 'After');
    assert.deepEqual((await cli.json(['sessions', 'tag', id, 'one', 'two'])).metadata.tags, ['one', 'two']);
    assert.deepEqual((await cli.json(['sessions', 'tag', id, 'three', '--remove', 'one'])).metadata.tags, [
      'two',
      'three',
    ]);
    assert.deepEqual((await cli.json(['sessions', 'tag', id, '--clear'])).metadata.tags, []);
    assert.equal((await cli.json(['sessions', 'pin', id])).metadata.pinned, true);
    assert.equal((await cli.json(['sessions', 'pin', id, '--undo'])).metadata.pinned, false);
    assert.equal((await cli.json(['sessions', 'archive', id])).metadata.archived, true);
    assert.equal((await cli.json(['sessions', 'list'])).sessions.length, 0);
    assert.equal((await cli.json(['sessions', 'list', '--archived'])).sessions.length, 1);
    const { metadata } = await cli.json(['sessions', 'archive', id, '--undo']);
    assert.deepEqual([metadata.title, metadata.archived, metadata.status], ['After', false, 'active']);
  });

  it('delete moves to the trash, restore takes back, purge removes for good', async () => {
    const id = await create('Gone');
    assert.deepEqual(await cli.json(['sessions', 'delete', id]), { sessionId: id, deleted: true });
    assert.equal((await cli.json(['sessions', 'show', id], 2)).code, 'not_found');
    assert.equal(
      (await cli.json(['sessions', 'switch', id], 2)).code,
      'not_found',
      'switching to a deleted session',
    );
    assert.equal((await cli.json(['run', '$ true', '--session', id], 2)).code, 'not_found');
    assert.equal((await cli.json(['sessions', 'list', '--trash'])).sessions[0]?.sessionId, id);
    assert.equal((await cli.json(['sessions', 'restore', id])).metadata.title, 'Gone');
    assert.equal((await cli.json(['sessions', 'list'])).sessions.length, 1);
    await cli.json(['sessions', 'delete', id]);
    assert.deepEqual(await cli.json(['sessions', 'purge', '--expired']), { purged: [] });
    const { code } = await cli.json(['sessions', 'purge', id, '--expired'], 2);
    assert.equal(code, 'invalid_input');
    assert.deepEqual(await cli.json(['sessions', 'purge']), { purged: [id] });
    assert.deepEqual(await cli.json(['sessions', 'purge']), { purged: [] });
    assert.equal((await cli.json(['sessions', 'restore', id], 2)).code, 'not_found');
  });

  it('switch makes a session current for this user and root, and changes no status', async () => {
    const [first, second] = [await create('One'), await create('Two')];
    assert.equal((await cli.json(['sessions', 'show'])).metadata.sessionId, second);
    await cli.json(['sessions', 'end', first]);
    const switched = await cli.json(['sessions', 'switch', first]);
    assert.deepEqual([switched.metadata.sessionId, switched.metadata.status], [first, 'completed']);
    assert.equal((await cli.json(['sessions', 'show'])).metadata.sessionId, first);
    mkdirSync(cli.path('other'));
    assert.equal((await cli.json(['sessions', 'show'], 2, { cwd: 'other' })).code, 'not_found');
  });

  it('works in the folder that is asked for, found from below, or trusted outside', async () => {
    mkdirSync(join(cli.root, 'packages', 'web'), { recursive: true });
    mkdirSync(cli.path('outside'));
    const inside = await cli.json(['sessions', 'create', '--trust', '--working-directory', 'packages/web']);
    assert.equal(inside.metadata.workingDirectory, join(cli.root, 'packages', 'web'));
    const below = await cli.json(['sessions', 'list'], 0, { cwd: 'work/packages/web' });
    assert.equal(below.sessions.length, 1, 'the root is the nearest folder with .coding-agent');
    const outside = ['sessions', 'create', '--working-directory', cli.path('outside')];
    assert.equal((await cli.json(outside, 3)).code, 'not_trusted');
    assert.deepEqual(await cli.json(['trust', cli.path('outside')]), {
      root: cli.path('outside'),
      trusted: true,
    });
    assert.equal((await cli.json(outside)).metadata.workingDirectory, cli.path('outside'));
    assert.equal(existsSync(cli.path('outside', '.coding-agent')), false);
  });

  it('reads an untrusted folder without writing to it', async () => {
    assert.deepEqual(await cli.json(['sessions', 'list']), { sessions: [], damaged: [] });
    assert.equal((await cli.json(['sessions', 'create'], 3)).code, 'not_trusted');
    assert.equal((await cli.json(['run', '$ touch x'], 3)).code, 'not_trusted');
    assert.equal(existsSync(join(cli.root, '.coding-agent')), false);
    assert.equal(existsSync(join(cli.root, 'x')), false);
    const id = await create('Trusted');
    assert.deepEqual(await cli.json(['trust', '--revoke']), { root: cli.root, trusted: false });
    assert.equal(
      (await cli.json(['sessions', 'show', id])).metadata.title,
      'Trusted',
      'reading needs no trust',
    );
    assert.equal((await cli.json(['sessions', 'rename', id, 'x'], 3)).code, 'not_trusted');
    await cli.json(['trust']);
    await cli.json(['sessions', 'rename', id, 'x']);
  });
});
