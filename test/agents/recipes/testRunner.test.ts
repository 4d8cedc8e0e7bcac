import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { surveyWorkspace } from '../../../src/agents/direct/recipes/survey.ts';
import { FolderRecipeContext } from './folderRecipeContext.ts';
import { manifest } from './workspaces.ts';

describe('test runner', () => {
  let context: FolderRecipeContext | undefined;
  afterEach(async () => context?.dispose());

  const runnerOf = async (fields: object, files: Readonly<Record<string, string>> = {}) => {
    await context?.dispose();
    context = await FolderRecipeContext.create({ 'package.json': manifest(fields), ...files });
    return (await surveyWorkspace(context)).runner;
  };

  it('is what the test script names, and is run the way it does', async () => {
    const command = async (test: string) => (await runnerOf({ scripts: { test } }))?.command(['a.test.js']);
    assert.equal(await command('vitest'), 'npm test -- --run a.test.js');
    assert.equal(await command('vitest run'), 'npm test -- a.test.js');
    assert.equal(await command('jest'), 'npm test -- a.test.js');
    assert.equal(await command('mocha'), 'npm test -- a.test.js');
    assert.equal(await command('node --test'), 'npm test -- a.test.js');
    assert.equal(await command('node --import tsx --test'), 'npm test -- a.test.js');
  });

  it('is run directly when its script does more or watches', async () => {
    const command = async (test: string) => (await runnerOf({ scripts: { test } }))?.command(['a.test.js']);
    assert.equal(await command('eslint . && vitest run'), 'npx --no-install vitest run a.test.js');
    assert.equal(await command('jest --watch'), 'npx --no-install jest a.test.js');
    assert.equal(await command('tsc && node --test'), 'node --test a.test.js');
  });

  it('is what the dependencies hold when no script says it', async () => {
    assert.equal((await runnerOf({ devDependencies: { mocha: '11' } }))?.name, 'mocha');
    assert.equal((await runnerOf({ dependencies: { 'react-scripts': '5' } }))?.name, 'jest');
    assert.equal((await runnerOf({}, { 'test/a.test.js': "import 'node:test';\n" }))?.name, 'node:test');
    assert.equal(
      await runnerOf({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }),
      undefined,
    );
  });

  it('names no path that a shell could take for more than one word', async () => {
    const runner = await runnerOf({ scripts: { test: 'node --test' } });
    for (const path of ['$(touch x).test.js', '-e.test.js', 'a b.test.js']) {
      assert.equal(runner?.command([path]), 'npm test', path);
    }
  });

  it('is installed when its package is there', async () => {
    const fields = { devDependencies: { vitest: '4' } };
    assert.equal((await runnerOf(fields))?.installed, false);
    assert.equal((await runnerOf(fields, { 'node_modules/vitest/package.json': '{}' }))?.installed, true);
  });

  it('survives a broken package.json', async () => {
    context = await FolderRecipeContext.create({ 'package.json': '{ "scripts": ' });
    assert.equal((await surveyWorkspace(context)).runner, undefined);
  });
});
