import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { bytesOf, folderState } from './support/folderState.ts';
import { undoFixture } from './support/undoFixture.ts';
import { commitAll } from './support/workbench.ts';

describe('who changed what', function () {
  this.timeout(300_000);
  const folder = useTemporaryFolder();
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder(), name), text);
  };
  const read = (name: string): string => readFileSync(join(folder(), name), 'utf8');

  it('cannot be told where commands of two tasks were at work at once: that is shared, and a conflict', async () => {
    const { run, undo } = undoFixture(folder());
    write('both.txt', '0');
    const written = Promise.withResolvers<undefined>();
    const meanwhile = Promise.withResolvers<undefined>();
    const running = run(command =>
      command(async () => {
        write('first.txt', '1');
        written.resolve(undefined);
        await meanwhile.promise;
      }),
    );
    // The second is captured when the first one's file is there: it is no change of the second.
    await written.promise;
    const second = await run(async command => {
      await command(() => {
        write('both.txt', '2');
      });
    });
    meanwhile.resolve(undefined);
    const first = await running;
    const shared = (task: typeof first): unknown =>
      task.filesChanged.map(({ path, shared: isShared }) => [path, isShared === true]);
    assert.deepEqual(shared(second), [['both.txt', true]]);
    assert.deepEqual(shared(first), [
      ['both.txt', true],
      ['first.txt', true],
    ]);
    await assert.rejects(undo.undo(second.id), {
      code: 'undo_conflict',
      message: /at the same time: both\.txt/,
    });
    assert.equal(read('both.txt'), '2');
    await undo.undo(second.id, { force: true });
    assert.equal(read('both.txt'), '0');
    assert.equal(read('first.txt'), '1');
  });

  it('cannot be told where an editor saved a file while a command ran', async () => {
    const { command, undo, edits } = undoFixture(folder());
    const task = await command(() => {
      write('mine.txt', 'by hand');
      edits.note(join(folder(), 'mine.txt'));
      write('theirs.txt', 'by the command');
    });
    assert.deepEqual(
      task.filesChanged.map(({ path, shared }) => [path, shared === true]),
      [
        ['mine.txt', true],
        ['theirs.txt', false],
      ],
    );
    await assert.rejects(undo.undo(task.id), { code: 'undo_conflict' });
    assert.deepEqual([read('mine.txt'), read('theirs.txt')], ['by hand', 'by the command']);
  });

  it('is told apart where the edit lies between commands: it is not the task’s, and stays', async () => {
    const { run, undo } = undoFixture(folder());
    write('notes.txt', 'old');
    const task = await run(async command => {
      await command(() => {
        write('made.txt', '1');
      });
      write('notes.txt', 'by hand');
    });
    assert.deepEqual(
      task.filesChanged.map(({ path }) => path),
      ['made.txt'],
    );
    await undo.undo(task.id);
    assert.ok(!existsSync(join(folder(), 'made.txt')));
    assert.equal(read('notes.txt'), 'by hand');
  });

  it('cannot be told where a file that the task wrote was edited before it ended', async () => {
    const { run, undo } = undoFixture(folder());
    const task = await run(async command => {
      await command(() => {
        write('made.txt', '1');
      });
      write('made.txt', 'by hand');
    });
    assert.deepEqual(
      task.filesChanged.map(({ path, shared }) => [path, shared]),
      [['made.txt', true]],
    );
    await assert.rejects(undo.undo(task.id), { code: 'undo_conflict' });
    assert.equal(read('made.txt'), 'by hand');
  });

  it('leaves protected and ignored files alone, and says so', async () => {
    write('.gitignore', '*.log\n');
    const { command, undo } = undoFixture(folder());
    const task = await command(() => {
      write('AGENTS.md', 'rules');
      write('plain.txt', 'p');
    });
    const { plan } = await undo.undo(task.id);
    assert.deepEqual(plan.left, [{ path: 'AGENTS.md', reason: 'protected' }]);
    assert.deepEqual(
      [existsSync(join(folder(), 'AGENTS.md')), existsSync(join(folder(), 'plain.txt'))],
      [true, false],
    );
  });

  it('of 50 MB is taken back too', async () => {
    const { command, undo } = undoFixture(folder());
    writeFileSync(join(folder(), 'large.bin'), Buffer.alloc(50 * 1024 * 1024, 'abc\0'));
    const before = folderState(folder());
    const task = await command(() => {
      writeFileSync(join(folder(), 'large.bin'), 'short');
    });
    await undo.undo(task.id);
    assert.deepEqual(folderState(folder()), before);
  });
});

describe('a repository that wants programs run', function () {
  this.timeout(300_000);
  const folder = useTemporaryFolder();

  it('gets none run by captures and undo, and every byte is kept whatever its attributes ask for', async () => {
    const root = join(folder(), 'work');
    const ran = join(folder(), 'ran');
    mkdirSync(join(root, '.coding-agent/checkpoints/hooks'), { recursive: true });
    const script = join(folder(), 'program');
    writeFileSync(script, `#!/bin/sh\ntouch ${ran}\ncat\n`);
    chmodSync(script, 0o755);
    writeFileSync(join(root, 'text.txt'), 'one\r\ntwo\n$Id$\n');
    commitAll(root);
    const evil = [
      'core.fsmonitor',
      'filter.evil.clean',
      'filter.evil.smudge',
      'filter.evil.process',
      'diff.external',
    ];
    for (const key of evil) execFileSync('git', ['config', key, script], { cwd: root });
    const attributes = '* text=auto eol=lf ident filter=evil diff=evil working-tree-encoding=UTF-16\n';
    writeFileSync(join(root, '.gitattributes'), attributes);
    // The store came with the repository, too.
    writeFileSync(
      join(root, '.coding-agent/checkpoints/config'),
      `[core]\n\tfsmonitor = ${script}\n\thooksPath = hooks\n[filter "evil"]\n\tclean = ${script}\n\tsmudge = ${script}\n`,
    );
    mkdirSync(join(root, '.coding-agent/checkpoints/info'));
    writeFileSync(join(root, '.coding-agent/checkpoints/info/attributes'), '* filter=evil\n');
    const repository = bytesOf(join(root, '.git'));
    const before = folderState(root);
    const { command, undo } = undoFixture(root);
    const task = await command(() => {
      writeFileSync(join(root, 'text.txt'), 'other\r\n');
      rmSync(join(root, '.gitattributes'));
    });
    const after = folderState(root);
    await undo.diff(task.id);
    await undo.undo(task.id);
    assert.deepEqual(folderState(root), before);
    await undo.undo(task.id);
    assert.deepEqual(folderState(root), after);
    assert.ok(!existsSync(ran));
    assert.deepEqual(bytesOf(join(root, '.git')), repository);
  });
});
