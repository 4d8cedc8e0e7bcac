import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, link, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileChange } from '../../src/core/task.ts';
import { createFiles, type WorkspaceFiles } from '../../src/workspace/files.ts';
import type { PlannedChange } from '../../src/workspace/plannedChange.ts';
import { appendLine, replaceOnce } from '../../src/workspace/replaceOnce.ts';
import { WorkspaceError, type WorkspaceErrorCode } from '../../src/workspace/workspaceError.ts';
import { skip } from '../support/skip.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

describe('files of a workspace', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let root: string;
  let files: WorkspaceFiles;

  beforeEach(async () => {
    folder = await temporaryFolder();
    root = path.join(folder.path, 'root');
    await mkdir(root);
    files = createFiles(root);
  });
  afterEach(() => folder.remove());

  const at = (...names: string[]): string => path.join(root, ...names);
  const apply = async (plan: Promise<PlannedChange>): Promise<readonly FileChange[]> =>
    (await (await plan).apply()).changes;

  async function refused(promise: Promise<unknown>, code: WorkspaceErrorCode): Promise<void> {
    await assert.rejects(promise, error => {
      assert.ok(error instanceof WorkspaceError, String(error));
      assert.equal(error.code, code, error.message);
      assert.doesNotMatch(error.message, /\/proc\/self/);
      return true;
    });
  }

  /** Everything below the root: what is there and what it holds. */
  async function snapshot(): Promise<string> {
    const names = await readdir(root, { recursive: true });
    const entries = names.sort().map(async name => {
      const stats = await lstat(at(name));
      return `${name} ${String(stats.mode)} ${stats.isFile() ? hash(await readFile(at(name))) : ''}`;
    });
    return (await Promise.all(entries)).join('\n');
  }

  describe('creating', () => {
    it('makes the file and the folders above it, and says what it did', async () => {
      assert.deepEqual(await apply(files.planCreate('a/b/c.txt', 'one\ntwo\n')), [
        { path: 'a/b/c.txt', kind: 'added', after: hash('one\ntwo\n'), added: 2, removed: 0 },
      ]);
      assert.equal(await readFile(at('a/b/c.txt'), 'utf8'), 'one\ntwo\n');
      assert.deepEqual(await readdir(at('a/b')), ['c.txt']);
    });

    it('overwrites nothing, not even what came in between', async () => {
      await writeFile(at('a'), 'mine');
      await refused(files.planCreate('a', 'x'), 'file_exists');
      const plan = await files.planCreate('b', 'x');
      await writeFile(at('b'), 'came first');
      await refused(plan.apply(), 'file_exists');
      assert.equal(await readFile(at('b'), 'utf8'), 'came first');
      assert.deepEqual((await readdir(root)).sort(), ['a', 'b']);
    });

    it('leaves no folder behind when it fails', async () => {
      await writeFile(at('a'), '');
      await refused(files.planCreate('a/b/c', 'x'), 'not_a_folder');
      const plan = await files.planCreate('n/e/w', 'x');
      await mkdir(at('n'));
      await writeFile(at('n/e'), 'in the way');
      await refused(plan.apply(), 'not_a_folder');
      assert.equal(await readFile(at('n/e'), 'utf8'), 'in the way');
    });

    it('wants the name of a file', async () => {
      await mkdir(at('folder'));
      await refused(files.planCreate('folder/', 'x'), 'not_a_file');
      await refused(files.planCreate('folder', 'x'), 'not_a_file');
      await refused(files.planCreate('.', 'x'), 'not_a_file');
      await refused(files.planCreate('', 'x'), 'invalid_path');
    });

    it('refuses 11 MB', async () => {
      await refused(files.planCreate('big', 'x'.repeat(11 * 1024 * 1024)), 'too_large');
    });
  });

  describe('changing', () => {
    it('keeps the permission bits, and shows a diff beforehand', async () => {
      await writeFile(at('run.sh'), 'echo a\necho b\n');
      await chmod(at('run.sh'), 0o751);
      const plan = await files.planEdit('run.sh', text => replaceOnce(text, 'a\n', 'c\n', 'run.sh'));
      assert.match(plan.show(), /^--- a\/run\.sh[^]*-echo a\n\+echo c\n echo b/m);
      assert.deepEqual((await plan.apply()).changes, [
        {
          path: 'run.sh',
          kind: 'modified',
          before: hash('echo a\necho b\n'),
          after: hash('echo c\necho b\n'),
          added: 1,
          removed: 1,
        },
      ]);
      assert.equal((await stat(at('run.sh'))).mode & 0o7777, 0o751);
      assert.equal(await readFile(at('run.sh'), 'utf8'), 'echo c\necho b\n');
    });

    it('keeps the line ends and the byte order mark of the file', async () => {
      await writeFile(at('w'), '\ufeffone\r\ntwo\r\nthree');
      await apply(files.planEdit('w', text => replaceOnce(text, 'one\ntwo', '1\n2', 'w')));
      await apply(files.planEdit('w', text => appendLine(text, 'four')));
      assert.equal(await readFile(at('w'), 'utf8'), '\ufeff1\r\n2\r\nthree\r\nfour\r\n');
    });

    it('refuses a text that occurs never, twice, or over itself', async () => {
      await writeFile(at('f'), 'aaa b b');
      const before = await snapshot();
      const replace = (old: string): Promise<unknown> =>
        files.planEdit('f', text => replaceOnce(text, old, 'x', 'f'));
      await refused(replace('c'), 'text_not_found');
      await refused(replace('b'), 'text_ambiguous');
      await refused(replace('aa'), 'text_ambiguous');
      await refused(replace(''), 'invalid_input');
      assert.equal(await snapshot(), before);
    });

    it('takes the new text as it is', () => {
      assert.equal(replaceOnce('a X b', 'X', '$& $1 \\n', 'f'), 'a $& $1 \\n b');
      assert.equal(replaceOnce('a.b', '.', '!', 'f'), 'a!b');
    });

    it('appends a line of its own that ends with one newline', () => {
      assert.equal(appendLine('', 'x'), 'x\n');
      assert.equal(appendLine('a', 'x\n\n'), 'a\nx\n');
      assert.equal(appendLine('a\n', 'x'), 'a\nx\n');
    });

    it('changes nothing when somebody else changed the file meanwhile', async () => {
      await writeFile(at('f'), 'a');
      const plan = await files.planEdit('f', () => 'b');
      await writeFile(at('f'), 'theirs');
      await refused(plan.apply(), 'changed_meanwhile');
      assert.equal(await readFile(at('f'), 'utf8'), 'theirs');
      assert.deepEqual(await readdir(root), ['f']);
    });

    it('refuses binary, huge and missing files, and what is no file', async () => {
      await writeFile(at('nul'), 'a\0b');
      await writeFile(at('latin'), Buffer.from([0x61, 0xe4, 0x62]));
      await writeFile(at('big'), 'x'.repeat(11 * 1024 * 1024));
      await mkdir(at('folder'));
      const edit = (name: string): Promise<unknown> => files.planEdit(name, text => text);
      await refused(edit('nul'), 'binary');
      await refused(edit('latin'), 'binary');
      await refused(edit('big'), 'too_large');
      await refused(edit('folder'), 'not_a_file');
      await refused(edit('gone'), 'not_found');
      await refused(edit('gone/too'), 'not_found');
      await refused(files.readText('folder'), 'not_a_file');
    });

    it('does not wait for a pipe', async function () {
      if (process.platform === 'win32') skip(this, 'Windows has no named pipes in folders');
      execFileSync('mkfifo', [at('pipe')]);
      await refused(files.readText('pipe'), 'not_a_file');
      await refused(
        files.planEdit('pipe', text => text),
        'not_a_file',
      );
      await refused(files.planDelete('pipe'), 'not_a_file');
    });

    it('writes nothing where nothing changes', async () => {
      await writeFile(at('f'), 'a');
      const before = (await stat(at('f'), { bigint: true })).ctimeNs;
      assert.deepEqual(await apply(files.planWrite('f', 'a')), []);
      assert.equal((await stat(at('f'), { bigint: true })).ctimeNs, before);
    });
  });

  describe('moving, copying, deleting', () => {
    it('moves a file into a new folder, and never over anything', async () => {
      await writeFile(at('a'), 'x');
      await writeFile(at('taken'), 'y');
      await mkdir(at('folder'));
      await refused(files.planMove('a', 'taken'), 'file_exists');
      await refused(files.planMove('a', 'folder'), 'file_exists');
      await refused(files.planMove('gone', 'b'), 'not_found');
      assert.deepEqual(await apply(files.planMove('a', 'n/b')), [
        {
          path: 'n/b',
          from: 'a',
          kind: 'renamed',
          before: hash('x'),
          after: hash('x'),
          added: 0,
          removed: 0,
        },
      ]);
      assert.deepEqual((await readdir(root, { recursive: true })).sort(), ['folder', 'n', 'n/b', 'taken']);
      const plan = await files.planMove('taken', 'late');
      await writeFile(at('late'), 'first');
      await refused(plan.apply(), 'file_exists');
      assert.equal(await readFile(at('taken'), 'utf8'), 'y');
      assert.equal(await readFile(at('late'), 'utf8'), 'first');
    });

    it('moves a folder with what is in it, but not into itself, nor the root', async () => {
      await mkdir(at('a/b'), { recursive: true });
      await writeFile(at('a/b/c'), '1');
      await writeFile(at('a/d'), '2');
      await refused(files.planMove('a', 'a/b/e'), 'invalid_path');
      await refused(files.planMove('.', 'x'), 'outside');
      const changes = await apply(files.planMove('a', 'z'));
      assert.deepEqual(changes.map(change => [change.from, change.path, change.before]).sort(), [
        ['a/b/c', 'z/b/c', hash('1')],
        ['a/d', 'z/d', hash('2')],
      ]);
    });

    it('copies a file with its bits, binary ones too', async () => {
      const bytes = Buffer.from([0, 255, 1, 254]);
      await writeFile(at('a'), bytes);
      await chmod(at('a'), 0o700);
      assert.deepEqual(await apply(files.planCopy('a', 'n/b')), [
        { path: 'n/b', kind: 'added', after: hash(bytes) },
      ]);
      assert.deepEqual(await readFile(at('n/b')), bytes);
      assert.equal((await stat(at('n/b'))).mode & 0o777, 0o700);
      await refused(files.planCopy('a', 'n/b'), 'file_exists');
      await refused(files.planCopy('n', 'm'), 'not_a_file');
    });

    it('deletes a file and says what it held', async () => {
      await writeFile(at('a'), '1\n2\n');
      assert.deepEqual(await apply(files.planDelete('a')), [
        { path: 'a', kind: 'deleted', before: hash('1\n2\n'), added: 0, removed: 2 },
      ]);
      await refused(files.planDelete('a'), 'not_found');
      await refused(files.planDelete('.'), 'outside');
    });

    it('deletes a folder with everything in it, links but not what they lead to', async () => {
      await writeFile(path.join(folder.path, 'precious'), 'keep');
      await mkdir(at('a/b'), { recursive: true });
      await writeFile(at('a/b/c'), '1');
      await symlink(path.join(folder.path, 'precious'), at('a/link'));
      await symlink('..', at('a/up'));
      const changes = await apply(files.planDelete('a'));
      assert.deepEqual(changes.map(change => change.path).sort(), ['a/b/c', 'a/link', 'a/up']);
      assert.deepEqual(await readdir(root), []);
      assert.equal(await readFile(path.join(folder.path, 'precious'), 'utf8'), 'keep');
    });

    it('deletes nothing that came in between', async () => {
      await mkdir(at('a'));
      await writeFile(at('a/b'), '1');
      await writeFile(at('c'), '1');
      const plans = [await files.planDelete('a'), await files.planDelete('c')];
      await writeFile(at('a/new'), '2');
      await writeFile(at('c'), '2');
      for (const plan of plans) await refused(plan.apply(), 'changed_meanwhile');
      assert.deepEqual((await readdir(root, { recursive: true })).sort(), ['a', 'a/b', 'a/new', 'c']);
    });

    it('takes no folder along that holds protected files', async () => {
      await mkdir(at('nested/.git'), { recursive: true });
      await writeFile(at('nested/.git/config'), '');
      await refused(files.planDelete('nested'), 'protected');
      await refused(files.planMove('nested', 'other'), 'protected');
    });

    it('refuses folders with more files than it can account for', async function () {
      await mkdir(at('many'));
      for (let index = 0; index <= 1000; index++) await writeFile(at('many', String(index)), '');
      await refused(files.planDelete('many'), 'too_many_files');
      assert.equal((await readdir(at('many'))).length, 1001);
    });

    it('breaks no hard link of another name', async () => {
      await writeFile(at('a'), 'x');
      await link(at('a'), at('b'));
      await apply(files.planWrite('a', 'y'));
      assert.equal(await readFile(at('b'), 'utf8'), 'x');
    });
  });

  it('makes folders, and leaves one that is there', async () => {
    const made = await (await files.planFolder('a/b')).apply();
    assert.equal(made.detail, 'created');
    assert.equal((await (await files.planFolder('a/b')).apply()).detail, 'exists already');
    await writeFile(at('f'), '');
    await refused(files.planFolder('f'), 'file_exists');
    await refused(files.planFolder('f/g'), 'not_a_folder');
  });

  it('says in plain words that the disk or the rights stand in the way', async function () {
    if (process.platform === 'win32' || process.getuid?.() === 0)
      skip(this, 'the superuser may write everywhere');
    await mkdir(at('locked'));
    await chmod(at('locked'), 0o500);
    const plan = await files.planCreate('locked/a', 'x');
    await refused(plan.apply(), 'storage_denied');
    await chmod(at('locked'), 0o700);
  });
});
