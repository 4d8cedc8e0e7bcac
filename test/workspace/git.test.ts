import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { changesBetween, ChangeScanner } from '../../src/workspace/changeScan.ts';
import { commitsSince, markHistory } from '../../src/workspace/commits.ts';
import { listWorkspace } from '../../src/workspace/fileList.ts';
import { ReadOnlyGit } from '../../src/workspace/git.ts';
import { joinArguments, splitArguments } from '../../src/workspace/gitArguments.ts';
import { WorkspaceError } from '../../src/workspace/workspaceError.ts';
import { temporaryFolder } from './temporaryFolder.ts';

describe('git', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let root: string;
  const at = (...names: string[]): string => path.join(root, ...names);
  const git = (...args: string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=T', '-c', 'user.email=t@t', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    ).trim();

  beforeEach(async () => {
    folder = await temporaryFolder();
    root = folder.path;
    git('init', '-q', '-b', 'main');
  });
  afterEach(() => folder.remove());

  describe('that we run by ourselves', () => {
    it('runs nothing that the repository names', async () => {
      await writeFile(at('a.txt'), 'one\n');
      git('add', '.');
      git('commit', '-qm', 'First');
      const trap = at('trap.sh');
      await writeFile(trap, `#!/bin/sh\necho "$0 $*" >> ${at('.git/sprung')}\ncat\n`);
      await chmod(trap, 0o755);
      for (const key of [
        'core.fsmonitor',
        'diff.external',
        'core.sshCommand',
        'core.editor',
        'core.pager',
        'gpg.program',
        'core.askPass',
        'core.alternateRefsCommand',
        'credential.helper',
        'alias.status',
        'filter.evil.clean',
        'filter.evil.smudge',
        'filter.evil.process',
        'filter.a=b.clean',
        'diff.evil.textconv',
        'diff.evil.command',
        'merge.evil.driver',
        'uploadpack.packObjectsHook',
      ]) {
        git('config', key, key.startsWith('alias') ? `!${trap}` : trap);
      }
      git('config', 'filter.evil.required', 'true');
      await mkdir(at('.git/hooks'), { recursive: true });
      for (const hook of [
        'post-index-change',
        'pre-commit',
        'post-checkout',
        'reference-transaction',
        'fsmonitor-watchman',
      ]) {
        await writeFile(at('.git/hooks', hook), await readFile(trap));
        await chmod(at('.git/hooks', hook), 0o755);
      }
      await writeFile(at('.gitattributes'), '*.txt filter=evil diff=evil merge=evil\n*.md filter="a=b"\n');
      await writeFile(at('a.txt'), 'changed\n');
      await writeFile(at('new.md'), 'new\n');
      const ours = new ReadOnlyGit(root);
      const status = await ours.run('status', '--porcelain');
      assert.equal(status.exitCode, 0, status.stderr);
      assert.match(status.stdout, /a\.txt/);
      assert.match((await ours.run('diff')).stdout, /\+changed/);
      await ours.run('log', '-p', '--all');
      await ours.run('ls-files', '-o', '--exclude-standard');
      await ours.run('add', '--dry-run', '.');
      await ours.run('fetch', 'ssh://localhost/x');
      const mark = await markHistory(ours);
      await commitsSince(ours, mark);
      await new ChangeScanner(root).scan();
      assert.equal(
        existsSync(at('.git/sprung')),
        false,
        existsSync(at('.git/sprung')) ? await readFile(at('.git/sprung'), 'utf8') : '',
      );
      // The traps themselves work.
      assert.throws(() => git('diff'));
      assert.equal(existsSync(at('.git/sprung')), true);
    });

    it('says when git is missing', async () => {
      const path_ = process.env['PATH'];
      process.env['PATH'] = at('nowhere');
      try {
        await assert.rejects(
          new ReadOnlyGit(root).run('status'),
          error => error instanceof WorkspaceError && error.code === 'git_missing',
        );
      } finally {
        process.env['PATH'] = path_;
      }
    });

    it('stops when the task is cancelled', async () => {
      await assert.rejects(
        new ReadOnlyGit(root, AbortSignal.abort()).run('status'),
        error => error instanceof WorkspaceError && error.code === 'cancelled',
      );
    });
  });

  describe('commits made', () => {
    const made = async (act: () => void): Promise<readonly string[]> => {
      const ours = new ReadOnlyGit(root);
      const before = await markHistory(ours);
      act();
      return commitsSince(ours, before);
    };
    const commit = (message: string): void => {
      git('commit', '-q', '--allow-empty', '-m', message);
    };
    const head = (): string => git('rev-parse', 'HEAD');

    it('are found in order, the first one of a repository too', async () => {
      assert.deepEqual(await made(() => undefined), []);
      const hashes: string[] = [];
      const found = await made(() => {
        for (const message of ['1', '2', '3']) {
          commit(message);
          hashes.push(head());
        }
      });
      assert.deepEqual(found, hashes);
    });

    it('do not include what was only checked out, reset or fast-forwarded', async () => {
      commit('1');
      git('branch', 'other');
      commit('2');
      assert.deepEqual(await made(() => git('checkout', '-q', 'other')), []);
      assert.deepEqual(await made(() => git('merge', '-q', 'main')), []);
      assert.deepEqual(await made(() => git('reset', '-q', '--hard', 'HEAD~1')), []);
      assert.deepEqual(await made(() => git('checkout', '-q', '-b', 'third')), []);
    });

    it('include amended, merged, picked and rebased ones', async () => {
      commit('1');
      git('checkout', '-qb', 'side');
      commit('side');
      git('checkout', '-q', 'main');
      for (const act of [
        () => {
          commit('2');
          git('commit', '-q', '--amend', '--allow-empty', '-m', 'amended');
        },
        () => git('merge', '-q', '--no-ff', '-m', 'merged', 'side'),
        () => git('cherry-pick', '--allow-empty', 'side'),
      ]) {
        const found = await made(act);
        assert.equal(found.at(-1), head());
      }
    });

    it('are found where the repository keeps no log', async () => {
      git('config', 'core.logAllRefUpdates', 'false');
      await rm(at('.git/logs'), { recursive: true, force: true });
      const found = await made(() => {
        commit('1');
      });
      assert.deepEqual(found, [head()]);
    });
  });

  describe('arguments', () => {
    it('come apart like words, with quotes, and expand nothing', () => {
      assert.deepEqual(splitArguments(`a  'b c' "d \\" \\\\ \\n" e\\ f g'h'"i" '' $X *`), [
        'a',
        'b c',
        'd " \\ \\n',
        'e f',
        'ghi',
        '',
        '$X',
        '*',
      ]);
      assert.deepEqual(splitArguments('  '), []);
      assert.throws(() => splitArguments('a "b'), WorkspaceError);
      assert.throws(() => splitArguments('a \'b"'), WorkspaceError);
    });

    it('come back from one line', () => {
      fc.assert(
        fc.property(fc.array(fc.string({ unit: 'grapheme' })), args => {
          assert.deepEqual(splitArguments(joinArguments(args)), args);
        }),
        { numRuns: 1000 },
      );
    });
  });

  describe('what is there and what changed', () => {
    const lists = async (): Promise<readonly string[]> =>
      (await listWorkspace(root, new ReadOnlyGit(root))).paths;

    it('leaves out what git ignores, packages and the ledger; without a repository too', async () => {
      for (const name of ['src', 'node_modules/x', 'dist', '.coding-agent/sessions', 'src/node_modules'])
        await mkdir(at(name), { recursive: true });
      for (const name of [
        'a b.txt',
        'ü.txt',
        'src/c.ts',
        'node_modules/x/i.js',
        'dist/o.js',
        '.coding-agent/sessions/s.json',
        'src/node_modules/y.js',
      ])
        await writeFile(at(name), '');
      await writeFile(at('.gitignore'), 'dist\n');
      assert.deepEqual(await lists(), ['.gitignore', 'a b.txt', 'src/c.ts', 'ü.txt']);
      await rename(at('.git'), at('..', `${path.basename(root)}-git`));
      try {
        assert.deepEqual(await lists(), ['.gitignore', 'a b.txt', 'dist/o.js', 'src/c.ts', 'ü.txt']);
        assert.deepEqual(
          await listWorkspace(root, new ReadOnlyGit(root), 2).then(list => [
            list.paths.length,
            list.isPartial,
          ]),
          [2, true],
        );
      } finally {
        await rm(at('..', `${path.basename(root)}-git`), { recursive: true });
      }
    });

    it('tells added, modified, deleted and renamed files, with hashes and lines', async () => {
      await writeFile(at('keep'), 'k\n');
      await writeFile(at('edit'), 'a\nb\nc\n');
      await writeFile(at('gone'), '1\n2\n');
      await writeFile(at('old'), 'moved\n');
      await writeFile(at('binary'), Buffer.from([0, 1]));
      await symlink('keep', at('link'));
      const scanner = new ChangeScanner(root);
      const before = await scanner.scan();
      await writeFile(at('edit'), 'a\nB\nc\nd\n');
      await rm(at('gone'));
      await rename(at('old'), at('new'));
      await writeFile(at('fresh'), 'x\n');
      await writeFile(at('binary'), Buffer.from([0, 2]));
      await rm(at('link'));
      await symlink('edit', at('link'));
      const changes = changesBetween(before, await scanner.scan());
      assert.deepEqual(
        changes.map(({ path: name, kind, from, added, removed }) => [name, kind, from, added, removed]),
        [
          ['binary', 'modified', undefined, undefined, undefined],
          ['edit', 'modified', undefined, 2, 1],
          ['fresh', 'added', undefined, 1, 0],
          ['gone', 'deleted', undefined, 0, 2],
          ['link', 'modified', undefined, undefined, undefined],
          ['new', 'renamed', 'old', 0, 0],
        ],
      );
      assert.ok(changes.every(change => change.kind === 'added' || change.before !== undefined));
    });

    it('notices a change of the same size a moment later', async () => {
      const scanner = new ChangeScanner(root);
      for (let index = 0; index < 30; index++) {
        await writeFile(at('f'), String(index % 10));
        const before = await scanner.scan();
        await writeFile(at('f'), String((index + 1) % 10));
        assert.equal(changesBetween(before, await scanner.scan()).length, 1);
      }
    });

    it('says nothing when nothing changed, touched or not', async () => {
      await writeFile(at('f'), 'x');
      const scanner = new ChangeScanner(root);
      const before = await scanner.scan();
      await writeFile(at('f'), 'x');
      await appendFile(at('.git/info/exclude'), 'y\n');
      assert.deepEqual(changesBetween(before, await scanner.scan()), []);
    });
  });
});
