import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AgentTask } from '../../src/core/task.ts';
import type { Host } from '../../src/host/host.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../src/transfer/exportSession.ts';
import { secretExamples } from '../support/secretExamples.ts';
import { useHosts } from './support/useHosts.ts';

/** A task without what another machine makes of it. */
function core({ seal: _seal, origin: _origin, ...task }: AgentTask): unknown {
  return task;
}

describe('exporting and importing', function () {
  this.timeout(300_000);
  const { temporary, host } = useHosts();

  /** A session with a large output that deflates to nearly nothing, a failure, and an edit. */
  async function session({ sessions }: Host, bytes = 20_000): Promise<string> {
    const { sessionId } = await sessions.createSession({ title: 'Ünïcödé / \u202e title' });
    const run = (task: string): Promise<AgentTask> => sessions.executeTask({ sessionId, task });
    await run('create file made.txt with content: one');
    await run('replace "one" with "two" in made.txt');
    await run(`$ head -c ${String(bytes)} /dev/zero | tr "\\0" "x"`);
    await run('$ exit 3');
    await sessions.updateSession(sessionId, { tags: ['kept'], pinned: true });
    return sessionId;
  }

  const journalOf = (name: string, id: string): Buffer =>
    readFileSync(join(temporary(), name, 'root', '.coding-agent', 'sessions', `${id}.events.jsonl`));

  async function exported(here: Host, id: string): Promise<string> {
    const saved = await here.transfer.saveSession(
      id,
      { format: 'zip' },
      { path: temporary(), replace: true },
    );
    assert.equal(saved.bytes, statSync(saved.file).size);
    return saved.file;
  }

  it('gives the same session elsewhere: records, tasks, outputs, but nothing that it grants', async () => {
    const here = await host('here');
    const id = await session(here, 20_000_000);
    const file = await exported(here, id);
    assert.match(basename(file), /^[a-z0-9-]+-[0-9a-f]{8}\.zip$/);
    const there = await host('there');
    const { outcome, metadata } = await there.transfer.importSession(file, 'auto');
    assert.deepEqual(
      [outcome, metadata.imported?.from, metadata.projectPath],
      ['imported', 'archive', there.root],
    );
    const [before, after] = [journalOf('here', id), journalOf('there', id)];
    assert.ok(after.subarray(0, before.length).equals(before), 'byte for byte');
    assert.equal(after.subarray(before.length).toString().trim().split('\n').length, 1, 'and one mark');
    const [mine, theirs] = await Promise.all([here, there].map(({ sessions }) => sessions.listTasks(id)));
    assert.deepEqual(theirs?.map(core), mine?.map(core));
    assert.ok(theirs?.every(({ origin, seal }) => origin === 'foreign' && seal === undefined));
    const [original, arrived] = await Promise.all(
      [here, there].map(({ sessions }) => sessions.getSession(id)),
    );
    const told = ({ imported: _mark, ...details }: NonNullable<typeof original>): unknown => ({
      ...details,
      ...{ projectPath: '', workingDirectory: '', lastEventSeq: 0 },
    });
    assert.deepEqual(told(arrived!), told(original!));
    const large = (await there.sessions.getTask(mine![2]!.id)).toolCalls[0]?.output;
    assert.equal((await there.sessions.readBlob(large!.blob!)).length, 20_000_000);
  });

  it('runs nothing in an imported session, not even with the key that sealed it', async () => {
    const here = await host('here');
    const id = await session(here);
    const file = await exported(here, id);
    await here.sessions.deleteSession(id);
    await here.sessions.purgeTrash(id);
    const { outcome } = await here.transfer.importSession(file, 'auto');
    assert.equal(outcome, 'imported', 'on the machine where it was made');
    const refused = { code: 'session_imported', message: /Fork it/ };
    await assert.rejects(here.sessions.executeTask({ sessionId: id, task: '$ touch never' }), refused);
    const [first] = await here.sessions.listTasks(id);
    await assert.rejects(here.sessions.retryTask(first!.id), refused);
    assert.deepEqual(globSync(join(here.root, 'never')), []);
    assert.deepEqual(
      (await here.sessions.listPage({})).sessions.map(row => row.imported?.from),
      ['archive'],
    );
  });

  it('passes on and back again', async () => {
    const [here, there, beyond] = [await host('here'), await host('there'), await host('beyond')];
    const id = await session(here);
    await there.transfer.importSession(await exported(here, id), 'auto');
    const again = await exported(there, id);
    const third = await beyond.transfer.importSession(again, 'auto');
    assert.equal(third.outcome, 'imported');
    assert.equal((await here.transfer.importSession(again, 'auto')).outcome, 'present', 'home again');
    assert.equal((await here.sessions.getSession(id)).imported, undefined, 'it stays its own');
    await there.sessions.updateSession(id, { title: 'Renamed there' });
    await assert.rejects(here.transfer.importSession(await exported(there, id), 'auto'), {
      code: 'conflict',
    });
  });

  it('writes a file whole or not at all, and never over another unless told to', async () => {
    const here = await host('here');
    const id = await session(here);
    const path = join(temporary(), 'mine.zip');
    writeFileSync(path, 'mine');
    const save = (target: string, replace: boolean): Promise<unknown> =>
      here.transfer.saveSession(id, { format: 'zip' }, { path: target, replace });
    await assert.rejects(save(path, false), { code: 'invalid_input', field: 'out' });
    assert.equal(readFileSync(path, 'utf8'), 'mine');
    await save(path, true);
    assert.notEqual(readFileSync(path, 'utf8'), 'mine');
    await assert.rejects(save(join(temporary(), 'no', 'where.zip'), false), { code: 'invalid_input' });
    assert.deepEqual(
      readdirSync(temporary()).filter(name => name.endsWith('.tmp')),
      [],
    );
    for (const format of EXPORT_FORMATS)
      await assert.rejects(here.transfer.exportSession('aaaaaaaa-1111-4111-8111-111111111111', { format }), {
        code: 'not_found',
      });
  });

  async function reportOf(
    { transfer }: Host,
    id: string,
    format: Exclude<ExportFormat, 'zip'>,
  ): Promise<string> {
    const pieces: Uint8Array[] = [];
    for await (const piece of (await transfer.exportSession(id, { format })).content) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  }

  it('shows as markdown what each task changed, without secrets, and says what is left out', async () => {
    const here = await host('here');
    const { sessionId } = await here.sessions.createSession({ title: 'Diffs' });
    const [{ secret } = { secret: '' }] = secretExamples.filter(
      ({ name }) => name === 'GitLab personal token',
    );
    writeFileSync(join(here.root, 'key.txt'), `${secret}\n`);
    writeFileSync(join(here.root, 'ticks.md'), '```\n');
    for (const task of ['append to ticks.md: # more', '$ seq 600 > many.txt && cp key.txt copy.txt'])
      assert.equal((await here.sessions.executeTask({ sessionId, task })).status, 'completed');
    const report = await reportOf(here, sessionId, 'markdown');
    const [, first = '', second = ''] = report.split(/^## /m);
    assert.match(
      first,
      /\n````diff\ndiff --git a\/ticks\.md b\/ticks\.md\n.*\n@@ -1,1 \+1,2 @@\n ```\n\+# more\n````\n/s,
      'the fence is longer than any in it',
    );
    assert.match(second, /```diff\ndiff --git a\/copy\.txt b\/copy\.txt\nnew file mode 100644\n/);
    assert.ok(secret !== '' && !report.includes(secret));
    assert.match(second, /\n\+495\n```\n\n105 more lines are not shown\.\n/);
    const [, changed] = await here.sessions.listTasks(sessionId);
    const alone = await here.transfer.reportTask(changed!.id);
    assert.match(alone, /\n\+495\n```\n\n105 more lines are not shown\.\n$/);
    assert.ok(!alone.includes(secret), 'nor in the report of one task');
    await here.undo.prune(new Date(Date.now() + 60_000));
    const without = await reportOf(here, sessionId, 'markdown');
    assert.equal(
      without.match(/^No diff: the contents were not captured, or are not here any more\.$/gm)?.length,
      2,
    );
    assert.ok(!without.includes('```diff'));
  });

  it('counts of each file the lines of the diff that it shows, though the task edited some of them twice', async () => {
    const here = await host('here');
    const { sessionId } = await here.sessions.createSession({ title: 'Twice' });
    writeFileSync(join(here.root, 'a.txt'), 'one\ntwo\n');
    const task = 'replace "two" with "three" in a.txt then replace "three" with "four" in a.txt';
    const { id, status, filesChanged } = await here.sessions.executeTask({ sessionId, task });
    assert.deepEqual([status, filesChanged[0]?.added, filesChanged[0]?.removed], ['completed', 2, 2]);
    const [markdown, alone] = [
      await reportOf(here, sessionId, 'markdown'),
      await here.transfer.reportTask(id),
    ];
    for (const report of [markdown, alone])
      assert.match(report, /- `a\.txt` — modified, \+1 −1\n[^]*\n-two\n\+four\n/);
    const page = await reportOf(here, sessionId, 'html');
    assert.match(
      page,
      /<code>a\.txt<\/code> <span class="dim">modified, \+1 −1<\/span>[^]*>-two<[^]*>\+four</,
    );
    await here.undo.prune(new Date(Date.now() + 60_000));
    assert.match(await reportOf(here, sessionId, 'markdown'), /- `a\.txt` — modified, \+2 −2\n/);
  });

  it('reads as markdown and as JSON', async () => {
    const here = await host('here');
    const id = await session(here);
    const text = (format: 'markdown' | 'json'): Promise<string> => reportOf(here, id, format);
    const markdown = await text('markdown');
    assert.match(markdown, /^# `Ünïcödé \/ <U\+202E> title`\n/);
    assert.equal(markdown.match(/^## /gm)?.length, 4);
    assert.match(markdown, /failed \(error, `exit_code`\)/);
    const { metadata, tasks } = JSON.parse(await text('json')) as {
      metadata: { sessionId: string };
      tasks: { status: string; seal?: string; toolCalls: unknown[] }[];
    };
    assert.equal(metadata.sessionId, id);
    assert.deepEqual(
      tasks.map(({ status, seal }) => [status, seal]),
      [
        ['completed', undefined],
        ['completed', undefined],
        ['completed', undefined],
        ['failed', undefined],
      ],
    );
    assert.ok(tasks.every(({ toolCalls }) => toolCalls.length > 0));
  });
});
