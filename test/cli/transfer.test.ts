import assert from 'node:assert/strict';
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rawZip } from '../transfer/support/rawZip.ts';
import { type SessionJson, useCli } from './support/cli.ts';

const TRANSCRIPTS = join(import.meta.dirname, '..', 'fixtures', 'transcripts');

interface Imported {
  readonly imported: readonly {
    readonly file: string;
    readonly sessionId: string;
    readonly outcome: string;
    readonly metadata: SessionJson;
  }[];
  readonly failed: readonly { readonly file: string; readonly code: string }[];
}

describe('coding-agent sessions export and import', function () {
  this.timeout(300_000);
  const cli = useCli();
  const there = (): string[] => ['--root', cli.path('there'), '--trust'];
  const exported = (): Promise<{ file: string; bytes: number; format: string; sessionId: string }> =>
    cli.json(['sessions', 'export']);

  it('takes a session elsewhere, where it is marked, read, and not continued', async () => {
    await cli.run(['run', 'create file a.txt with content: A', '--trust']);
    const { file, sessionId, format } = await exported();
    assert.deepEqual(
      [format, globSync('*.zip', { cwd: cli.root }).map(name => join(cli.root, name))],
      ['zip', [file]],
    );
    mkdirSync(cli.path('there'));
    const { imported } = await cli.json<Imported>(['sessions', 'import', file, ...there()]);
    assert.deepEqual(
      imported.map(({ outcome, sessionId: id }) => [outcome, id]),
      [['imported', sessionId]],
    );
    const { sessions } = await cli.json(['sessions', 'list', ...there()]);
    assert.deepEqual(
      sessions.map(row => [row.sessionId, row.imported?.from]),
      [[sessionId, 'archive']],
    );
    const again = await cli.run(['sessions', 'import', file, ...there()]);
    assert.match(again.stdout, /^Already here: create file a\.txt/);
    const refused = await cli.run(['run', '$ touch never', '--session', sessionId, '--yes', ...there()]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /sessions fork/);
    const forked = await cli.json(['sessions', 'fork', sessionId, ...there()]);
    const { task } = await cli.json([
      'run',
      '$ true',
      '--session',
      forked.metadata.sessionId,
      '--yes',
      ...there(),
    ]);
    assert.equal(task.status, 'completed', 'a fork of it goes on');
    assert.deepEqual(globSync('never', { cwd: cli.path('there') }), []);
  });

  it('takes along what its tasks changed when asked to, and says that it cannot be undone elsewhere', async () => {
    const { taskId } = await cli.json(['run', 'create file a.txt with content: A', '--trust']);
    const saved = await cli.json<{ file: string; checkpoints: number }>([
      ...['sessions', 'export', '--with-checkpoints'],
    ]);
    assert.equal(saved.checkpoints, 1);
    mkdirSync(cli.path('there'));
    const { stdout } = await cli.run(['sessions', 'import', saved.file, ...there()]);
    assert.match(stdout, /^Imported: create file a\.txt.*, 1 task, with checkpoints of 1 \(/);
    const diff = await cli.run(['tasks', 'diff', taskId, ...there()]);
    assert.match(diff.stdout, /^diff --git a\/a\.txt b\/a\.txt\nnew file mode 100644\n.*\+A\n/s);
    const report = await cli.run(['tasks', 'show', taskId, '--report', ...there()]);
    assert.match(report.stdout, /```diff\n.*\+A\n/s);
    const undo = await cli.json(['tasks', 'undo', taskId, '--yes', ...there()], 1);
    assert.equal(undo.code, 'session_imported');
    const wrong = await cli.json(['sessions', 'export', '--with-checkpoints', '--out', 'report.html'], 2);
    assert.equal(wrong.code, 'invalid_input');
  });

  it('writes reports by the name of the file, to standard output too, and replaces nothing', async () => {
    await cli.run(['run', '$ echo \u001b[31mred', '--trust', '--yes']);
    const page = await cli.json<{ format: string }>(['sessions', 'export', '--out', 'report.html']);
    assert.equal(page.format, 'html');
    assert.match(readFileSync(join(cli.root, 'report.html'), 'utf8'), /Content-Security-Policy/);
    const { code, stderr } = await cli.run(['sessions', 'export', '--out', 'report.html']);
    assert.equal(code, 2);
    assert.match(stderr, /is there already/);
    const text = await cli.run(['sessions', 'export', '--format', 'markdown', '--out', '-']);
    assert.match(text.stdout, /^# /);
    assert.ok(!text.stdout.includes('\u001b'));
    assert.equal((await cli.run(['sessions', 'export', '--format', 'tar'])).code, 2);
    assert.equal((await cli.run(['sessions', 'export', 'aaaaaaaa-1111-4111-8111-111111111111'])).code, 2);
  });

  it('imports the histories of other agents from folders, and passes over what is none', async () => {
    cpSync(TRANSCRIPTS, cli.path('histories'), { recursive: true });
    writeFileSync(cli.path('histories', 'package.json'), '{}');
    const { imported, failed } = await cli.json<Imported>(['sessions', 'import', '../histories', '--trust']);
    assert.deepEqual(failed, []);
    assert.deepEqual(imported.map(({ metadata }) => [metadata.imported?.from, metadata.totalTasks]).sort(), [
      ['claude-code', 4],
      ['codex', 4],
      ['opencode', 4],
      ['pi', 4],
    ]);
    const text = await cli.run(['sessions', 'import', '../histories']);
    assert.equal(text.stdout.match(/^Already here: /gm)?.length, 4);
  });

  it('adds what is new to a history that went on, and says so', async () => {
    const [file = ''] = globSync(join(TRANSCRIPTS, 'claude-code', '*.jsonl'));
    const lines = readFileSync(file, 'utf8').split('\n');
    const growing = cli.path('growing.jsonl');
    writeFileSync(growing, lines.slice(0, 20).join('\n'));
    await cli.run(['sessions', 'import', growing, '--trust']);
    writeFileSync(growing, lines.join('\n'));
    const { imported } = await cli.json<Imported>(['sessions', 'import', growing]);
    assert.deepEqual(
      imported.map(({ outcome }) => outcome),
      ['extended'],
    );
    const { tasks } = await cli.json(['tasks', 'list', '--session', imported[0]?.sessionId ?? '']);
    const prompts = new Set(tasks.map(({ description }) => description));
    assert.equal(prompts.size, 4);
    const again = await cli.run(['sessions', 'import', growing]);
    assert.match(again.stdout, /^Already here: /);
    writeFileSync(growing, lines.join('\n').replaceAll('made.txt', 'other.txt'));
    assert.equal((await cli.json(['sessions', 'import', growing], 1)).code, 'conflict');
  });

  it('lists what other agents keep on this machine, and imports none of it', async () => {
    const folder = join(cli.home, '.claude', 'projects', '-home-me-project');
    mkdirSync(folder, { recursive: true });
    const [history = ''] = globSync(join(TRANSCRIPTS, 'claude-code', '*.jsonl'));
    cpSync(history, join(folder, 'one.jsonl'));
    const { histories } = await cli.json<{ histories: { from: string; file: string }[] }>([
      'sessions',
      'import',
      '--list',
    ]);
    assert.deepEqual(
      histories.map(({ from, file }) => [from, file]),
      [['claude-code', join(folder, 'one.jsonl')]],
    );
    assert.deepEqual((await cli.json(['sessions', 'list'])).sessions, []);
  });

  it('says what is wrong with a file, by its code, and changes nothing', async () => {
    const bad = cli.path('bad.zip');
    writeFileSync(bad, rawZip([{ name: '../../evil', content: 'x' }]));
    const [problem, unknown, none] = [
      await cli.json(['sessions', 'import', bad, '--trust'], 4),
      await cli.json(['sessions', 'import', cli.path('absent.zip'), '--trust'], 2),
      await cli.json(['sessions', 'import', '--trust'], 2),
    ];
    assert.deepEqual([problem.code, unknown.code, none.code], ['bad_archive', 'not_found', 'invalid_input']);
    const { stderr } = await cli.run(['sessions', 'import', 'absent.zip']);
    assert.match(stderr, /^coding-agent: There is no file .*absent\.zip\..*\n.*sessions import --list\n$/);
    assert.deepEqual((await cli.json(['sessions', 'list'])).sessions, []);
    const untrusted = await cli.json(['sessions', 'import', bad, '--root', cli.home], 3);
    assert.equal(untrusted.code, 'not_trusted');
  });
});
