import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from '../../workspace/temporaryFolder.ts';
import { hashOf } from '../recordingRun.ts';
import { completed, failed, runIn, type RunTask } from '../runTask.ts';

describe('explicit instructions', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let root: string;
  let runTask: RunTask;
  const at = (...names: string[]): string => path.join(root, ...names);
  const read = (name: string): Promise<string> => readFile(at(name), 'utf8');

  beforeEach(async () => {
    folder = await temporaryFolder();
    root = path.join(folder.path, 'root');
    runTask = runIn(root);
    await mkdir(root);
  });
  afterEach(() => folder.remove());

  it('are steps of a plan, one call each, on record before they act', async () => {
    const seen: string[] = [];
    const ran = await runTask(
      'create file a.txt with content: one\nappend to a.txt: two\n$ cat a.txt; echo more > b.txt',
      {
        onEvent: event => {
          if (event.type === 'approvalDecided')
            seen.push(
              `${event.data.decision.by} ${String(existsSync(at('a.txt')))} ${String(existsSync(at('b.txt')))}`,
            );
          if (event.type === 'processStarted') assert.equal(existsSync(at('b.txt')), false);
        },
      },
    );
    const run = completed(ran);
    assert.deepEqual(seen, ['instruction false false', 'instruction true false', 'instruction true false']);
    assert.equal(run.printed, 'one\ntwo\n');
    assert.deepEqual(
      run.task.plan?.steps.map(step => [step.title, step.detail]),
      [
        ['create file a.txt', '+1 -0'],
        ['append to a.txt', '+1 -0'],
        ['$ cat a.txt; echo more > b.txt', 'exit 0'],
      ],
    );
    assert.deepEqual(
      run.calls.map(call => call.tool),
      ['write_file', 'append_to_file', 'run_command'],
    );
    assert.equal(run.calls[2]?.exitCode, 0);
    assert.ok((run.calls[2].process?.pid ?? 0) > 1);
    assert.deepEqual(run.task.filesChanged, [
      { path: 'a.txt', kind: 'added', after: hashOf('one\ntwo\n'), added: 2, removed: 0 },
      { path: 'b.txt', kind: 'added', after: hashOf('more\n'), added: 1, removed: 0 },
    ]);
    assert.equal(run.task.agent, 'direct');
    assert.deepEqual(ran.outcome.result, { summary: '3 of 3 steps done', exitCode: 0 });
  });

  it('change, move, copy and delete files', async () => {
    await writeFile(at('a'), 'hello world\n');
    const run = completed(
      await runTask(
        'replace "world" with "moon" in a then create folder n then copy a to n/b then move a to n/c then delete n/b',
      ),
    );
    assert.deepEqual((await readdir(root, { recursive: true })).sort(), ['n', 'n/c']);
    assert.equal(await read('n/c'), 'hello moon\n');
    assert.deepEqual(run.task.filesChanged, [
      {
        path: 'n/c',
        from: 'a',
        kind: 'renamed',
        before: hashOf('hello world\n'),
        after: hashOf('hello moon\n'),
        added: 1,
        removed: 1,
      },
    ]);
  });

  it('stop at the first that fails: what was done is kept, the rest is skipped', async () => {
    const ran = await runTask(
      'create file a with content: x\n$ echo out; exit 3\ncreate file b with content: y',
    );
    const message = failed(ran, 'error', 'exit_code');
    assert.match(message, /^Step 2 of 3 failed \("\$ echo out; exit 3"\).*exit code 3.*kept.*retry/s);
    assert.deepEqual(await readdir(root), ['a']);
    assert.deepEqual(
      ran.run.task.plan?.steps.map(step => [step.status, step.detail]),
      [
        ['completed', '+1 -0'],
        ['failed', 'exit 3'],
        ['pending', undefined],
      ],
    );
    assert.equal(ran.run.calls[1]?.exitCode, 3);
    assert.deepEqual(ran.outcome.result, { summary: '1 of 3 steps done', exitCode: 3 });
  });

  it('are refused when they cannot be done exactly, and then nothing changes', async () => {
    await writeFile(at('a'), 'x x');
    await writeFile(at('b'), 'b');
    await mkdir(at('folder'));
    const cases: readonly (readonly [text: string, code: string])[] = [
      ['replace "x" with "y" in a', 'text_ambiguous'],
      ['replace "z" with "y" in a', 'text_not_found'],
      ['replace "x" with "y" in gone', 'not_found'],
      ['create file a with content: y', 'file_exists'],
      ['append to gone: y', 'not_found'],
      ['move a to b', 'file_exists'],
      ['copy a to b', 'file_exists'],
      ['copy folder to c', 'not_a_file'],
      ['move gone to c', 'not_found'],
      ['delete gone', 'not_found'],
      ['create folder a', 'file_exists'],
      ['git: status', 'not_a_repository'],
      ['commit all changes with message "M"', 'not_a_repository'],
    ];
    for (const [text, code] of cases) {
      const ran = await runTask(text);
      assert.match(failed(ran, 'error', code), /Nothing was/, text);
      assert.deepEqual(ran.run.task.filesChanged, []);
    }
    assert.deepEqual((await readdir(root)).sort(), ['a', 'b', 'folder']);
    assert.equal(await read('a'), 'x x');
    assert.equal(await read('b'), 'b');
  });

  it('stay inside the working directory and out of protected files, also with --yes', async () => {
    await symlink('..', at('up'));
    await mkdir(at('.vscode'));
    await writeFile(at('.vscode/settings.json'), '{}');
    const cases: readonly (readonly [text: string, code: string])[] = [
      ['create file ../x with content: y', 'outside'],
      ['create file /tmp/x-outside with content: y', 'outside'],
      ['create file up/x with content: y', 'outside'],
      ['delete ..', 'outside'],
      ['copy ../root to x', 'outside'],
      ['append to .vscode/settings.json: x', 'protected'],
      ['create file .GIT/hooks/pre-commit with content: x', 'protected'],
      ['delete .vscode', 'protected'],
      ['move .vscode/settings.json to x', 'protected'],
      ['create file .coding-agent/sessions/x with content: y', 'protected'],
    ];
    for (const policy of [
      { approveInAdvance: false, rules: [] },
      { approveInAdvance: true, rules: [] },
    ]) {
      for (const [text, code] of cases) {
        const ran = await runTask(
          text,
          { answer: () => ({ allowed: true, by: 'person', scope: 'session' }) },
          { policy },
        );
        failed(ran, 'denied', code);
        assert.deepEqual(
          ran.run.calls.map(call => [call.status, call.decision?.allowed]),
          [['denied', false]],
        );
      }
    }
    assert.deepEqual(await readdir(folder.path), ['root']);
    assert.deepEqual((await readdir(root)).sort(), ['.vscode', 'up']);
    assert.equal(await read('.vscode/settings.json'), '{}');
  });
});
