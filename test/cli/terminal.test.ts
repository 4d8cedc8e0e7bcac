import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { skip } from '../support/skip.ts';
import { type TaskJson, useCli } from './support/cli.ts';
import { missingPty, Pty } from './support/pty.ts';
import { Screen } from './support/screen.ts';

describe('coding-agent on a pseudo-terminal', function () {
  this.timeout(300_000);
  const cli = useCli();
  const files = (): string[] => readdirSync(cli.root).sort();

  before(function () {
    const reason = missingPty();
    if (reason !== undefined) skip(this, reason);
  });

  it('asks for trust once, and does nothing without it', async () => {
    const no = new Pty(cli, ['run', 'create file a.txt with content: A']);
    await no.shows(/Do you trust the files in .*\[y\/N\] $/s);
    no.type('n\n');
    assert.equal(await no.exit(), 3);
    assert.match(no.text, /is not trusted.*coding-agent trust/s);
    assert.deepEqual(files(), []);
    const yes = new Pty(cli, ['run', 'create file a.txt with content: A']);
    await yes.shows(/\[y\/N\] $/);
    yes.type('y\n');
    assert.equal(await yes.exit(), 0);
    const again = new Pty(cli, ['run', 'create file b.txt with content: B']);
    assert.equal(await again.exit(), 0);
    assert.doesNotMatch(again.text, /trust/);
    assert.deepEqual(files(), ['.coding-agent', 'a.txt', 'b.txt']);
  });

  it('draws a live plan that ends as one block, in a narrow window too', async () => {
    await cli.json(['trust']);
    for (const columns of [40, 100]) {
      const command =
        'for i in 1 2 3 4 5 6; do echo "a line that is a good deal longer than the window, number $i"; sleep 0.1; done';
      const pty = new Pty(
        cli,
        ['run', `create file x${String(columns)} with content: X\nrun: ${command}`, '--new'],
        { columns },
      );
      assert.equal(await pty.exit(), 0);
      assert.match(pty.sent, /\u001b\[\d+A\u001b\[J/, 'it was drawn over');
      const screen = new Screen({ columns });
      screen.write(pty.sent);
      const { text, lines } = screen;
      assert.ok(lines.every(line => line.length <= columns));
      assert.match(text, /✓ 1 [\s\S]*✓ 2 [\s\S]*✓ completed in .* · 1 file changed$/);
      assert.equal(
        text.match(/number \d/g)?.join(),
        [1, 2, 3, 4, 5, 6].map(n => `number ${String(n)}`).join(),
      );
      assert.doesNotMatch(text, /[⠋-⠿]/, 'nothing of the live part is left');
    }
  });

  it('sends no colour with NO_COLOR, and no control code at all to a dumb terminal', async () => {
    await cli.json(['run', '$ echo x', '--trust']);
    const plain = new Pty(cli, ['sessions', 'list'], { env: { NO_COLOR: '1' } });
    assert.equal(await plain.exit(), 0);
    assert.doesNotMatch(plain.sent, /\u001b/);
    assert.match(plain.sent, /TITLE .*DONE .*STATUS/);
    const dumb = new Pty(cli, ['run', '$ echo x'], { env: { TERM: 'dumb' } });
    assert.equal(await dumb.exit(), 0);
    assert.doesNotMatch(dumb.sent, /\u001b/);
  });

  it('fits lists into a window of 40 columns, ids whole', async () => {
    const { sessionId, taskId } = await cli.json([
      'run',
      '$ echo a task whose text is longer than forty columns',
      '--trust',
    ]);
    for (const args of [['sessions', 'list'], ['sessions', 'show'], ['tasks', 'list'], ['stats']]) {
      const pty = new Pty(cli, args, { columns: 40 });
      assert.equal(await pty.exit(), 0);
      for (const line of pty.text.split('\n')) {
        if (!line.includes(cli.root) && !line.includes('$ echo')) assert.ok(line.length <= 51, line);
      }
      if (args[0] === 'sessions') assert.ok(pty.text.includes(sessionId));
      if (args[0] === 'tasks') assert.ok(pty.text.includes(taskId));
    }
  });

  it('cancels the task on Ctrl-C and leaves with 130', async () => {
    await cli.json(['trust']);
    const pty = new Pty(cli, ['run', '$ echo begun; sleep 60; touch never']);
    await pty.shows(/\| begun/);
    pty.type('\u0003');
    assert.equal(await pty.exit(), 130);
    assert.match(pty.text, /✗ cancelled after .*\n.*What it had done is kept/s);
    const { tasks } = await cli.json(['tasks', 'list']);
    assert.deepEqual([tasks[0]?.status, tasks[0]?.reason], ['failed', 'cancelled']);
  });

  it('leaves at once on a second Ctrl-C, and loses nothing', async function () {
    // The first one ends the command by force after 2 s: on a machine too busy for a second one until then it is tried again.
    this.retries(3);
    await cli.json(['trust']);
    const pty = new Pty(cli, ['run', "$ trap '' TERM INT; echo begun; sleep 61"]);
    await pty.shows(/\| begun/);
    pty.type('\u0003');
    await pty.shows(/Cancelling\. Ctrl-C again leaves at once\./);
    pty.type('\u0003');
    assert.equal(await pty.exit(), 130);
    const { tasks } = await cli.json(['tasks', 'list']);
    assert.deepEqual(
      [tasks[0]?.status, tasks[0]?.reason],
      ['failed', 'interrupted'],
      'closed by who came next',
    );
  });

  it('shows exactly what is asked for, and takes the answers that it offers', async () => {
    // A text without the seal of this person's key is foreign: it is shown in full and asked for.
    const { task } = await cli.json(['run', '$ printf "a\u001b[2Jb\u202ec"; touch done', '--trust']);
    rmSync(join(cli.home, 'config', 'coding-agent', 'author.key'));
    const answers: readonly (readonly [typed: readonly string[], exit: number])[] = [
      // A text from elsewhere is allowed one by one.
      [['x\n', 's\n', 'e\n', 'd\n', 'use pnpm\n'], 3],
      [['a\n'], 0],
    ];
    for (const [typed, exit] of answers) {
      rmSync(join(cli.root, 'done'), { force: true });
      const pty = new Pty(cli, ['tasks', 'retry', task.id]);
      await pty.shows(/\? direct asks: /);
      assert.match(pty.text, /\| .*printf "a␛\[2Jb<U\+202E>c"; touch done\n/);
      assert.doesNotMatch(pty.sent, /a\u001b\[2Jb|\u202e/);
      assert.equal(existsSync(join(cli.root, 'done')), false, 'nothing runs before the answer');
      for (const [index, text] of typed.entries()) {
        await pty.shows(index === 4 ? /Why .*\? $/ : new RegExp(`(a or d\\? [^?]*){${String(index + 1)}}$`));
        pty.type(text);
      }
      assert.equal(await pty.exit(), exit, pty.text);
      assert.equal(existsSync(join(cli.root, 'done')), exit === 0);
      if (exit === 3) assert.match(pty.text, /denied.*use pnpm/s);
    }
    const { tasks } = await cli.json(['tasks', 'list']);
    const denied = await cli.json<TaskJson>(['tasks', 'show', tasks[1]?.id ?? '']);
    assert.deepEqual([denied.reason, denied.errorCode], ['denied', 'denied']);
  });

  it('denies what is asked where there is no terminal, unless --yes was given', async () => {
    const { task } = await cli.json(['run', '$ touch done', '--trust']);
    rmSync(join(cli.home, 'config', 'coding-agent', 'author.key'));
    rmSync(join(cli.root, 'done'));
    const denied = await cli.json(['tasks', 'retry', task.id], 3);
    assert.equal(denied.task.reason, 'denied');
    assert.equal(existsSync(join(cli.root, 'done')), false);
    assert.equal((await cli.json(['tasks', 'retry', task.id, '--yes'])).task.status, 'completed');
    assert.ok(existsSync(join(cli.root, 'done')));
  });

  it('asks before the trash is emptied', async () => {
    const { sessionId } = await cli.json(['sessions', 'create', '--trust']);
    await cli.json(['sessions', 'delete', sessionId]);
    const no = new Pty(cli, ['sessions', 'purge']);
    await no.shows(/Remove 1 session for good\? \[y\/N\] $/);
    no.type('\n');
    assert.equal(await no.exit(), 3);
    const yes = new Pty(cli, ['sessions', 'purge', '--yes']);
    assert.equal(await yes.exit(), 0);
    assert.match(yes.text, /Removed 1 session for good/);
  });
});
