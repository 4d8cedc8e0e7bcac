import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { bytesOf, folderState } from './support/folderState.ts';
import { commitAll, Workbench } from './support/workbench.ts';

describe('undoing a task', function () {
  this.timeout(300_000);
  const folder = useTemporaryFolder();
  let bench: Workbench;
  afterEach(() => bench.close());

  it('takes back what a file step did, and brings it back again', async () => {
    bench = await Workbench.open(folder(), root => {
      writeFileSync(join(root, 'a.txt'), 'one\r\ntwo\r\n');
    });
    const before = folderState(bench.root);
    const task = await bench.run('create file sub/b.txt with content: new\nreplace "two" with "2" in a.txt');
    const after = folderState(bench.root);
    assert.match(task.checkpoint ?? '', /^[0-9a-f]{40}$/);
    assert.match(task.checkpointAfter ?? '', /^[0-9a-f]{40}$/);
    const plan = await bench.host.undo.plan(task.id);
    assert.deepEqual(plan.files, [
      { path: 'a.txt', action: 'change' },
      { path: 'sub/b.txt', action: 'delete' },
    ]);
    const undone = await bench.host.undo.undo(task.id);
    assert.ok(undone.task.undone);
    assert.deepEqual(folderState(bench.root), before);
    const redone = await bench.host.undo.undo(task.id);
    assert.equal(redone.task.undone, undefined);
    assert.deepEqual(folderState(bench.root), after);
    await bench.host.undo.undo(task.id);
    assert.deepEqual(folderState(bench.root), before);
  });

  it('takes back what a command did: names, modes, links, folders, bytes', async () => {
    bench = await Workbench.open(folder(), root => {
      mkdirSync(join(root, 'empty/inner'), { recursive: true });
      writeFileSync(join(root, 'tool'), '#!/bin/sh\n');
      writeFileSync(join(root, 'old name.bin'), Buffer.from([0, 1, 2, 255]));
      writeFileSync(join(root, 'naïve ☃.txt'), 'x\r\n');
      writeFileSync(join(root, 'gone'), '');
      symlinkSync('tool', join(root, 'link'));
      mkdirSync(join(root, 'dir'));
      writeFileSync(join(root, 'dir/in'), 'in');
    });
    const before = folderState(bench.root);
    const task = await bench.run(
      '$ chmod +x tool && mv "old name.bin" moved.bin && rm gone link && rmdir empty/inner && mkdir -p new/deep && ' +
        'echo y > "naïve ☃.txt" && ln -s nowhere link && rm -r dir && echo file > dir && mkdir x && mv tool x/tool',
    );
    const after = folderState(bench.root);
    await bench.host.undo.undo(task.id);
    assert.deepEqual(folderState(bench.root), before);
    await bench.host.undo.undo(task.id);
    assert.deepEqual(folderState(bench.root), after);
  });

  it('refuses when a file was changed since, and changes nothing; force overwrites, and that too can be undone', async () => {
    bench = await Workbench.open(folder(), root => {
      writeFileSync(join(root, 'a.txt'), 'a\n');
      writeFileSync(join(root, 'b.txt'), 'b\n');
    });
    const before = folderState(bench.root);
    const task = await bench.run('append to a.txt: 1\nappend to b.txt: 2');
    writeFileSync(join(bench.root, 'b.txt'), 'by hand\n');
    writeFileSync(join(bench.root, 'other.txt'), 'mine\n');
    const edited = folderState(bench.root);
    await assert.rejects(bench.host.undo.undo(task.id), { code: 'undo_conflict', message: /b\.txt/ });
    assert.deepEqual(folderState(bench.root), edited);
    await bench.host.undo.undo(task.id, { force: true });
    assert.deepEqual(folderState(bench.root), { ...before, 'other.txt': edited['other.txt'] });
    await bench.host.undo.undo(task.id);
    assert.deepEqual(folderState(bench.root), edited);
  });

  it('knows a file for its own that it moved to an ignored name, which stays', async () => {
    bench = await Workbench.open(folder(), root => {
      writeFileSync(join(root, '.gitignore'), '*.log\n');
      writeFileSync(join(root, 'a.txt'), 'a\n');
    });
    const task = await bench.run('$ mv a.txt a.log');
    assert.deepEqual(
      task.filesChanged.map(({ kind, path, from, shared }) => [kind, path, from, shared]),
      [['renamed', 'a.log', 'a.txt', undefined]],
    );
    await bench.host.undo.undo(task.id);
    assert.equal(readFileSync(join(bench.root, 'a.txt'), 'utf8'), 'a\n');
    assert.equal(readFileSync(join(bench.root, 'a.log'), 'utf8'), 'a\n');
  });

  for (const name of ['empty/inner', 'empty']) {
    it(`leaves a file alone that took the name of a folder since: ${name}`, async () => {
      bench = await Workbench.open(folder(), root => {
        mkdirSync(join(root, 'empty/inner'), { recursive: true });
        writeFileSync(join(root, 'a.txt'), 'a\n');
      });
      const task = await bench.run('$ rmdir empty/inner empty && echo b > a.txt');
      mkdirSync(dirname(join(bench.root, name)), { recursive: true });
      writeFileSync(join(bench.root, name), 'by hand\n');
      await bench.host.undo.undo(task.id);
      assert.equal(readFileSync(join(bench.root, 'a.txt'), 'utf8'), 'a\n');
      assert.equal(readFileSync(join(bench.root, name), 'utf8'), 'by hand\n');
      await bench.host.undo.undo(task.id);
      assert.equal(readFileSync(join(bench.root, 'a.txt'), 'utf8'), 'b\n');
      assert.equal(readFileSync(join(bench.root, name), 'utf8'), 'by hand\n');
    });
  }

  it('brings a task back where a folder took the place of its file before it was undone', async () => {
    bench = await Workbench.open(folder(), root => {
      mkdirSync(join(root, 'empty/inner'), { recursive: true });
      writeFileSync(join(root, 'a.txt'), 'a\n');
    });
    const task = await bench.run('$ rm -r empty && echo 1 > empty && echo b > a.txt');
    rmSync(join(bench.root, 'empty'));
    bench.write('empty/inner', 'by hand\n');
    const edited = folderState(bench.root);
    await bench.host.undo.undo(task.id);
    assert.equal(readFileSync(join(bench.root, 'a.txt'), 'utf8'), 'a\n');
    assert.equal(readFileSync(join(bench.root, 'empty/inner'), 'utf8'), 'by hand\n');
    await bench.host.undo.undo(task.id);
    assert.deepEqual(folderState(bench.root), edited);
  });

  it('is a conflict where somebody put a file into a folder that is in the way of the old file', async () => {
    bench = await Workbench.open(folder(), root => {
      writeFileSync(join(root, 'dir'), 'file\n');
    });
    const task = await bench.run('$ rm dir && mkdir dir && echo new > dir/made');
    bench.write('dir/mine', 'by hand\n');
    const edited = folderState(bench.root);
    const { conflicts } = await bench.host.undo.plan(task.id);
    assert.deepEqual(conflicts, [{ path: 'dir', reason: 'changed' }]);
    for (const force of [false, true]) {
      await assert.rejects(bench.host.undo.undo(task.id, { force }), {
        code: 'undo_conflict',
        message: /dir/,
      });
      assert.deepEqual(folderState(bench.root), edited);
    }
  });

  it('keeps a folder that a task emptied together with a folder in it', async () => {
    bench = await Workbench.open(folder(), root => {
      mkdirSync(join(root, 'dir/sub'), { recursive: true });
      writeFileSync(join(root, 'dir/sub/file'), 'in\n');
    });
    const task = await bench.run('$ rm -r dir/sub');
    const after = folderState(bench.root);
    for (let round = 0; round < 2; round++) {
      await bench.host.undo.undo(task.id);
      await bench.host.undo.undo(task.id);
      assert.deepEqual(folderState(bench.root), after);
    }
  });

  it('leaves the user’s repository alone', async () => {
    bench = await Workbench.open(folder(), root => {
      writeFileSync(join(root, 'a.txt'), 'a\n');
      writeFileSync(join(root, '.gitignore'), 'ignored/\n');
      mkdirSync(join(root, 'ignored'));
      writeFileSync(join(root, 'ignored/secret'), 's');
      commitAll(root);
      writeFileSync(join(root, 'a.txt'), 'changed\n');
      chmodSync(join(root, 'a.txt'), 0o755);
    });
    const repository = bytesOf(join(bench.root, '.git'));
    const before = folderState(bench.root);
    const task = await bench.run('append to a.txt: 1\ncreate file new.txt with content: 2');
    await bench.host.undo.undo(task.id);
    assert.deepEqual(folderState(bench.root), before);
    assert.deepEqual(bytesOf(join(bench.root, '.git')), repository);
  });

  it('says what a task changed as git would', async () => {
    bench = await Workbench.open(folder(), root => {
      writeFileSync(join(root, 'a.txt'), 'one\ntwo\n');
      writeFileSync(join(root, 'b.bin'), Buffer.from([0, 1]));
      writeFileSync(join(root, 'c.txt'), 'c\n');
    });
    const task = await bench.run(
      'replace "two" with "2" in a.txt\nmove c.txt to d.txt\n$ printf "\\0" >> b.bin && chmod +x a.txt',
    );
    const diff = await bench.host.undo.diff(task.id);
    assert.deepEqual(
      diff.files.map(({ patch: _patch, before: _before, after: _after, ...file }) => file),
      [
        {
          path: 'a.txt',
          kind: 'modified',
          added: 1,
          removed: 1,
          mode: { before: '100644', after: '100755' },
        },
        { path: 'd.txt', kind: 'renamed', from: 'c.txt', added: 0, removed: 0 },
        { path: 'b.bin', kind: 'modified', binary: true },
      ],
    );
    const patch = join(folder(), 'patch');
    writeFileSync(
      patch,
      diff.files
        .filter(file => file.binary !== true)
        .map(file => file.patch)
        .join(''),
    );
    execFileSync('git', ['apply', '--reverse', '--check', patch], { cwd: bench.root });
    assert.equal(
      diff.files[0]?.patch,
      'diff --git a/a.txt b/a.txt\nold mode 100644\nnew mode 100755\n--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n',
    );
  });
});
