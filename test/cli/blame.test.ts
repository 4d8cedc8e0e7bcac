import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { useCli } from './support/cli.ts';

interface BlameJson {
  readonly tasks: readonly { readonly taskId: string; readonly commits: readonly string[] }[];
  readonly lines: readonly (string | null)[] | null;
  readonly task: { readonly taskId: string } | null;
  readonly exact: boolean;
  readonly note: string | null;
}

describe('coding-agent blame', function () {
  this.timeout(300_000);
  const cli = useCli();
  const run = async (task: string): Promise<string> =>
    (await cli.json(['run', task, '--trust', '--yes'])).taskId;
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: cli.root,
      env: { ...process.env, ...cli.env },
      encoding: 'utf8',
    }).trim();

  it('names the task of every line, of one, and says which lines come from none', async () => {
    const file = join(cli.root, 'notes.txt');
    const first = await run('create file notes.txt with content: one');
    writeFileSync(file, `by hand\n${readFileSync(file, 'utf8')}`);
    const second = await run('append to notes.txt: two');
    const whole = await cli.json<BlameJson>(['blame', 'notes.txt']);
    assert.deepEqual(
      whole.tasks.map(({ taskId }) => taskId),
      [second, first],
    );
    assert.deepEqual(whole.lines, [null, first, second]);
    assert.equal(whole.note, null);
    const line = await cli.json<BlameJson>(['blame', 'notes.txt:2']);
    assert.deepEqual([line.task?.taskId, line.exact], [first, true]);
    assert.equal((await cli.json<BlameJson>(['blame', 'notes.txt:1'])).task, null);
    assert.equal((await cli.json(['blame', 'notes.txt:9'], 2)).code, 'invalid_input');
    assert.equal((await cli.json(['blame', '../outside.txt'], 2)).code, 'invalid_input');
    await cli.json(['tasks', 'undo', second, '--yes']);
    const undone = await cli.json<BlameJson>(['blame', 'notes.txt']);
    assert.deepEqual(undone.lines, [null, first]);
    const plain = await cli.run(['blame', 'notes.txt']);
    assert.match(plain.stdout, new RegExp(`^1\\t+\\n2\\tcreate file .*\\t${first}\\n$`));
  });

  it('says of a file that no task changed that it is nobody’s, and of one that never was that it is not there', async () => {
    await cli.json(['trust']);
    writeFileSync(join(cli.root, 'mine.txt'), 'one\ntwo\n');
    const whole = await cli.json<BlameJson>(['blame', 'mine.txt']);
    assert.deepEqual([whole.tasks, whole.lines, whole.note], [[], [null, null], null]);
    const line = await cli.json<BlameJson>(['blame', 'mine.txt:2']);
    assert.deepEqual([line.task, line.exact], [null, true]);
    assert.equal((await cli.run(['blame', 'mine.txt'])).stdout, 'No task changed mine.txt.\n');
    assert.equal((await cli.run(['blame', 'mine.txt:2'])).stdout, 'This line comes from no task.\n');
    assert.equal((await cli.run(['blame', '--commit', 'abcd1234'])).stdout, 'No task made this commit.\n');
    const { code, stderr } = await cli.run(['blame', 'mien.txt']);
    assert.equal(code, 2);
    assert.match(stderr, /There is no file mien\.txt, and no task has changed one.*\n.*blame --help\n$/);
  });

  it('finds the tasks in a commit, by what is recorded and by the trailer, which outlives another hash', async () => {
    const config = join(cli.home, 'config', 'coding-agent', 'config.json');
    mkdirSync(dirname(config), { recursive: true });
    writeFileSync(config, JSON.stringify({ commitTrailer: true }));
    git('init', '--quiet');
    git('config', 'user.name', 'Ada');
    git('config', 'user.email', 'ada@example.com');
    await run('create file a.txt with content: a');
    const committed = await run('commit all changes with message "Add a"');
    const hash = git('rev-parse', 'HEAD');
    assert.equal(git('log', '-1', '--format=%B'), `Add a\n\nCoding-Agent-Task: ${committed}`);
    const found = await cli.json<BlameJson>(['blame', '--commit', hash.slice(0, 9)]);
    assert.deepEqual(
      found.tasks.map(({ taskId, commits }) => [taskId, commits]),
      [[committed, [hash]]],
    );
    git('commit', '--quiet', '--amend', '--no-edit', '--date', '2001-01-01T00:00:00Z');
    const amended = git('rev-parse', 'HEAD');
    assert.notEqual(amended, hash);
    const again = await cli.json<BlameJson>(['blame', '--commit', amended]);
    assert.deepEqual(
      again.tasks.map(({ taskId }) => taskId),
      [committed],
    );
    assert.deepEqual((await cli.json<BlameJson>(['blame', '--commit', 'abcd1234'])).tasks, []);
    assert.equal((await cli.json(['blame', '--commit', 'HEAD'], 2)).code, 'invalid_input');
    assert.equal((await cli.json(['blame'], 2)).code, 'invalid_input');
  });
});
