import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createFiles, type WorkspaceFiles } from '../../src/workspace/files.ts';
import { isProtected, PROTECTED_NAMES } from '../../src/workspace/protectedPaths.ts';
import { parsePath } from '../../src/workspace/relativePath.ts';
import { WorkspaceError } from '../../src/workspace/workspaceError.ts';
import { leadingOut, oddForms, refusedForms } from '../support/escapeForms.ts';
import { temporaryFolder } from './temporaryFolder.ts';

describe('escapes from the working directory', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let root: string;
  let out: string;
  let files: WorkspaceFiles;

  beforeEach(async () => {
    folder = await temporaryFolder();
    root = path.join(folder.path, 'root');
    out = path.join(folder.path, 'out');
    await mkdir(path.join(root, 'inside/deep'), { recursive: true });
    await mkdir(path.join(out, 'deep'), { recursive: true });
    await writeFile(path.join(out, 'secret'), 'secret');
    await writeFile(path.join(root, 'plain'), 'plain');
    files = createFiles(root);
  });
  afterEach(() => folder.remove());

  /** Every way in which a tool can use a path. Counts those that were not refused. */
  async function tryAll(requested: string): Promise<number> {
    const attempts = [
      async () => (await files.planCreate(requested, 'x')).apply(),
      async () => (await files.planWrite(requested, 'x')).apply(),
      async () => (await files.planEdit(requested, text => `${text}x`)).apply(),
      async () => (await files.planFolder(requested)).apply(),
      async () => (await files.planMove('plain', requested)).apply(),
      async () => (await files.planCopy('plain', requested)).apply(),
      async () => (await files.planMove(requested, 'stolen')).apply(),
      async () => (await files.planCopy(requested, 'stolen')).apply(),
      async () => (await files.planDelete(requested)).apply(),
      async () => files.readText(requested),
    ];
    let passed = 0;
    for (const attempt of attempts) {
      try {
        await attempt();
        passed++;
      } catch (error) {
        assert.ok(error instanceof WorkspaceError, String(error));
      }
    }
    return passed;
  }

  async function outsideIsUntouched(): Promise<void> {
    assert.deepEqual((await readdir(folder.path)).sort(), ['out', 'root']);
    assert.deepEqual((await readdir(out, { recursive: true })).sort(), ['deep', 'secret']);
    assert.equal(await readFile(path.join(out, 'secret'), 'utf8'), 'secret');
  }

  it('no path and no link leads out', async () => {
    const places = { root, out };
    for (const [name, target] of leadingOut(places)) await symlink(target, path.join(root, name));
    const refused = refusedForms(places);
    assert.ok(refused.length > 300, String(refused.length));
    for (const form of [...refused, ...oddForms(places)]) {
      const passed = await tryAll(form);
      // What is only odd may be a name inside.
      if (refused.includes(form)) assert.equal(passed, 0, form);
      await rm(path.join(root, 'stolen'), { recursive: true, force: true });
      await writeFile(path.join(root, 'plain'), 'plain');
    }
    await outsideIsUntouched();
  });

  it('no link that is a file is read or written through', async () => {
    for (const [name, target] of leadingOut({ root, out })) await symlink(target, path.join(root, name));
    for (const name of ['file', 'dangling', 'circle']) {
      await assert.rejects(files.readText(name), name);
      await assert.rejects(files.planWrite(name, 'x'), name);
      await assert.rejects(
        files.planEdit(name, text => text),
        name,
      );
      await assert.rejects(files.planCopy(name, 'stolen'), name);
    }
    await outsideIsUntouched();
  });

  it('a link that stays inside is followed, and what it leads to is what is recorded', async () => {
    await symlink('inside/deep', path.join(root, 'short'));
    await symlink(path.join(root, 'plain'), path.join(root, 'alias'));
    const created = await (await files.planCreate('short/a', 'x')).apply();
    assert.equal(created.changes[0]?.path, 'inside/deep/a');
    const edited = await (await files.planEdit('alias', text => `${text}!`)).apply();
    assert.equal(edited.changes[0]?.path, 'plain');
    assert.equal(await readFile(path.join(root, 'plain'), 'utf8'), 'plain!');
    assert.deepEqual((await (await files.planDelete('alias')).apply()).changes[0]?.path, 'alias');
    assert.equal(await readFile(path.join(root, 'plain'), 'utf8'), 'plain!');
  });

  it('a link turned between the look and the act leads nowhere', async () => {
    await symlink('inside', path.join(root, 'turning'));
    const plans = [
      await files.planCreate('turning/new', 'x'),
      await files.planMove('plain', 'turning/moved'),
    ];
    await rm(path.join(root, 'turning'));
    await symlink('../out', path.join(root, 'turning'));
    for (const plan of plans) await assert.rejects(plan.apply());
    await rm(path.join(root, 'turning'));
    await symlink('inside/deep', path.join(root, 'turning'));
    for (const plan of plans) await assert.rejects(plan.apply(), { code: 'changed_meanwhile' });
    await outsideIsUntouched();
  });

  it('protected names are known in every spelling that some file system takes for them', () => {
    const spellings = [
      '.git',
      '.GIT',
      '.Git',
      '.git.',
      '.git ',
      '.git. .',
      '.g\u200cit',
      '.git\ufeff',
      'GIT~1',
      'git~2',
      '.git::$INDEX_ALLOCATION',
      '.git:x',
      '\uff0egit',
      '.ɢit'.replace('ɢ', 'g'),
      '.claude',
      '.Cursor',
      '.VSCODE',
      'agents.MD',
      '.aider.conf.yml',
      'My.code-workspace',
      '.coding-agent',
      '.CODING-AGENT',
      '.vſcode',
    ];
    for (const name of spellings) {
      assert.equal(isProtected([name]), true, JSON.stringify(name));
      assert.equal(isProtected(['a', name, 'b']), true, JSON.stringify(name));
    }
    for (const name of PROTECTED_NAMES) assert.equal(isProtected([name.replace('*', 'x')]), true, name);
    assert.equal(isProtected(['.github', 'copilot-instructions.md']), true);
    assert.equal(isProtected(['.GitHub', 'Prompts', 'a.md']), true);
    for (const plain of [
      ['.github', 'workflows', 'ci.yml'],
      ['.gitignore'],
      ['.gitattributes'],
      ['git'],
      ['src', 'agents.ts'],
      ['vscode'],
      ['.env'],
      ['copilot.ts'],
    ]) {
      assert.equal(isProtected(plain), false, plain.join('/'));
    }
  });

  it('a protected file is known behind a link too', async () => {
    await mkdir(path.join(root, '.git'));
    await writeFile(path.join(root, '.git/config'), '');
    await symlink('.git', path.join(root, 'innocent'));
    await symlink('.git/config', path.join(root, 'settings'));
    assert.equal((await files.planWrite('innocent/config', 'x')).isProtected, true);
    assert.equal((await files.planWrite('innocent/hooks/pre-commit', 'x')).isProtected, true);
    assert.equal((await files.planWrite('settings', 'x')).isProtected, true);
    assert.equal(await files.planWrite('.git/../plain2', 'x').catch(() => undefined), undefined);
    assert.equal((await files.planMove('plain', '.git/x')).isProtected, true);
    assert.equal((await files.planMove('.git/config', 'x')).isProtected, true);
    assert.equal((await files.planWrite('plain', 'x')).isProtected, false);
  });

  it('reads Windows paths as Windows does', () => {
    const parse = (requested: string): string[] => parsePath('C:\\work\\root', requested, 'win32');
    assert.deepEqual(parse('a\\b/c'), ['a', 'b', 'c']);
    assert.deepEqual(parse('c:\\WORK\\root\\a'), ['a']);
    for (const bad of [
      '..\\x',
      'a\\..\\..\\x',
      'D:\\x',
      'C:x',
      '\\x',
      '\\\\server\\share',
      'con',
      'a\\NUL.txt',
      'x:stream',
      'dot.',
      'a\\b ',
    ]) {
      assert.throws(() => parse(bad), WorkspaceError, bad);
    }
  });
});
