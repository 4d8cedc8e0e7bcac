import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createFiles, type WorkspaceFiles } from '../../src/workspace/files.ts';
import { isProtected, PROTECTED_NAMES } from '../../src/workspace/protectedPaths.ts';
import { parsePath } from '../../src/workspace/relativePath.ts';
import { WorkspaceError } from '../../src/workspace/workspaceError.ts';
import { skip } from '../support/skip.ts';
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

  it('no path form leads out', async function () {
    const ups = ['..', '../..', '../../..', '../../../../../../../../..'];
    const targets = ['', '/out', '/out/secret', '/out/new', '/etc/passwd', '/root/../out/secret'];
    const before = [
      '',
      './',
      '/./',
      'inside/',
      'inside/../',
      'inside/deep/',
      'inside//',
      './inside/./deep/',
      'plain/',
      'none/',
    ];
    const relative = before.flatMap(start =>
      ups.flatMap(up => targets.map(target => `${start}${up}${target}`)),
    );
    const absolute = [
      '/',
      '//',
      '///etc',
      '/etc/passwd',
      out,
      `${out}/secret`,
      `${out}/new`,
      `${root}/../out/secret`,
      `${root}/..`,
      `${root}x`,
      `${root}-sibling/a`,
      `//${out}/secret`,
      `/.${out}/secret`,
      `/proc/self/cwd/x`,
      `/proc/self/root${out}/secret`,
      `/dev/fd/0`,
      path.dirname(root),
    ];
    const odd = [
      '~',
      '~/x',
      '~root/x',
      '..\\out\\secret',
      'inside\\..\\..\\out\\secret',
      '\\\\server\\share',
      'C:\\Windows',
      'a\0b',
      '../out/secret\0.txt',
      'a\nb',
      'a\u202etxt',
      '.. ',
      '..\u200b/x\u0007',
      'x'.repeat(300),
      `${'a/'.repeat(3000)}b`,
      ' ',
      '\t',
      '..',
      '../',
      './..',
      '..//',
      '/..',
      '...\\..',
    ];
    const forms = [...relative, ...absolute, ...odd];
    assert.ok(forms.length > 250, String(forms.length));
    for (const form of forms) {
      const passed = await tryAll(form);
      // What is only odd may be a name inside; everything else is refused in every way.
      if (!odd.includes(form)) assert.equal(passed, 0, form);
      await rm(path.join(root, 'stolen'), { recursive: true, force: true });
      await writeFile(path.join(root, 'plain'), 'plain');
    }
    await outsideIsUntouched();
  });

  it('no link leads out, at whatever place in the path', async () => {
    await symlink(out, path.join(root, 'absolute'));
    await symlink('../out', path.join(root, 'relative'));
    await symlink('../../out', path.join(root, 'inside/up'));
    await symlink('absolute', path.join(root, 'twice'));
    await symlink('deep/../../../out', path.join(root, 'inside/winding'));
    await symlink('/proc/self/root', path.join(root, 'proc'));
    await symlink('.', path.join(root, 'here'));
    await symlink(path.join(out, 'secret'), path.join(root, 'file'));
    await symlink('../out/new', path.join(root, 'dangling'));
    await symlink('circle', path.join(root, 'circle'));
    const links = [
      'absolute',
      'relative',
      'inside/up',
      'twice',
      'inside/winding',
      'here/here/relative',
      'here/inside/up',
      `proc${out}`,
    ];
    for (const name of links) {
      for (const rest of ['secret', 'new', 'deep/new', 'deep/../secret']) {
        assert.equal(await tryAll(`${name}/${rest}`), 0, `${name}/${rest}`);
      }
    }
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

  it('20,000 flips of a folder into a link write nothing outside', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux opens files relative to an open folder');
    this.timeout(60_000);
    const at = (name: string): string => path.join(root, name);
    await mkdir(at('flip'));
    await symlink(out, at('trap'));
    await symlink('inside', at('turn'));
    let flips = 0;
    let writes = 0;
    let refused = 0;
    let isDone = false;
    /** A folder becomes a link and a folder again. A tool may make or remove the folder in between: then that step is missed. */
    const flip = async (): Promise<void> => {
      const missed = (): undefined => undefined;
      await rename(at('flip'), at('parked')).catch(missed);
      await rename(at('trap'), at('flip')).catch(missed);
      await rename(at('flip'), at('trap')).catch(missed);
      await rm(at('flip'), { recursive: true, force: true }).catch(missed);
      await rename(at('parked'), at('flip')).catch(() => rm(at('parked'), { recursive: true, force: true }));
      await mkdir(at('flip')).catch(missed);
      await symlink(out, at('trap')).catch(missed);
      flips += 2;
    };
    /** A link turns from inside to outside and back, at once. */
    const turn = async (): Promise<void> => {
      for (const target of ['../out', 'inside']) {
        await symlink(target, at('next'));
        await rename(at('next'), at('turn'));
        flips++;
      }
    };
    const flipAll = async (): Promise<void> => {
      while (flips < 20_000) {
        await turn();
        await flip();
      }
      isDone = true;
    };
    const write = async (worker: number): Promise<void> => {
      for (let index = 0; !isDone; index++) {
        const folderName = index % 2 === 0 ? 'flip' : 'turn';
        const name = `${folderName}/${String(worker)}-${String(index % 50)}`;
        try {
          if (index % 3 === 0)
            await files.readText(`${folderName}/secret`).then(() => assert.fail('read the secret'));
          else if (index % 3 === 1) await (await files.planWrite(name, String(index))).apply();
          else await (await files.planDelete(name)).apply();
          writes++;
        } catch (error) {
          if (!(error instanceof WorkspaceError)) throw error;
          refused++;
        }
      }
    };
    await Promise.all([flipAll(), write(1), write(2)]);
    await outsideIsUntouched();
    assert.ok(writes > 50 && refused > 50, `${String(writes)} done, ${String(refused)} refused`);
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
