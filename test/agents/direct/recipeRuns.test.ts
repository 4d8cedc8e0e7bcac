import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Recipe } from '../../../src/agents/direct/recipe.ts';
import { temporaryFolder } from '../../workspace/temporaryFolder.ts';
import { failed, runIn, type RunTask } from '../runTask.ts';

describe('recipes', () => {
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

  const recipe = (plan: Recipe['plan']): Recipe => ({
    name: 'r',
    example: 'Do it',
    matches: text => text === 'Do it',
    plan,
  });

  it('look first, then their steps are the plan; times of earlier steps stay', async () => {
    await writeFile(at('there'), 'old\n');
    const ran = await runTask(
      '$ true\nDo it then $ cat new',
      {},
      {
        recipes: [
          recipe(async (_text, context) => {
            assert.deepEqual(await context.listFiles(), ['there']);
            assert.equal(await context.readFile('gone'), undefined);
            assert.equal(await context.readFile('there'), 'old\n');
            return [
              { title: 'Write new', run: () => context.createFile('new', 'n\n').then(() => undefined) },
              {
                title: 'Edit there',
                run: () => context.editFile('there', 'old', 'young').then(() => 'younger'),
              },
              {
                title: 'Try',
                run: async () => `exit ${String((await context.runCommand('exit 4')).exitCode)}`,
              },
            ];
          }),
        ],
      },
    );
    assert.equal(ran.outcome.status, 'completed', JSON.stringify(ran.outcome));
    const { plan } = ran.run.task;
    assert.deepEqual(
      plan?.steps.map(step => [step.title, step.status, step.detail]),
      [
        ['$ true', 'completed', 'exit 0'],
        ['Do it: look at the workspace', 'completed', undefined],
        ['Write new', 'completed', undefined],
        ['Edit there', 'completed', 'younger'],
        ['Try', 'completed', 'exit 4'],
        ['$ cat new', 'completed', 'exit 0'],
      ],
    );
    assert.equal(plan.version, 2);
    assert.ok(plan.steps.every(step => step.startedAt !== undefined && step.endedAt !== undefined));
    assert.equal(ran.run.printed, 'n\n');
    assert.equal(await read('there'), 'young\n');
  });

  it('see what the instructions before them in the same task changed', async () => {
    const seen: string[] = [];
    const look = recipe(async (_text, context) => {
      await context.listFiles();
      seen.push(...context.earlier.flatMap(task => task.filesChanged.map(change => change.path)));
      return [];
    });
    const ran = await runTask('create file new.ts with content: x\nDo it', {}, { recipes: [look] });
    assert.equal(ran.outcome.status, 'completed', JSON.stringify(ran.outcome));
    assert.deepEqual(seen, ['new.ts']);
  });

  it('overwrite nothing, and fail with their own code', async () => {
    await writeFile(at('there'), 'old');
    const writes = recipe(async (_text, context) => [
      { title: 'Write', run: () => context.createFile('there', 'x').then(() => undefined) },
    ]);
    failed(await runTask('Do it', {}, { recipes: [writes] }), 'error', 'file_exists');
    assert.equal(await read('there'), 'old');
    const refuses = recipe(() =>
      Promise.reject(Object.assign(new Error('Not here.'), { code: 'not_supported' })),
    );
    const ran = await runTask('Do it', {}, { recipes: [refuses] });
    assert.equal(failed(ran, 'error', 'not_supported'), 'Not here.');
    const escapes = recipe(async (_text, context) => {
      await context.readFile('../x');
      return [];
    });
    failed(await runTask('Do it', {}, { recipes: [escapes] }), 'denied', 'outside');
  });
});
