import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { addFeature } from '../../../src/agents/direct/recipes/addFeature.ts';
import { addTests } from '../../../src/agents/direct/recipes/addTests.ts';
import { createComponent } from '../../../src/agents/direct/recipes/createComponent.ts';
import { FolderRecipeContext } from './folderRecipeContext.ts';
import { demoWorkspace, manifest, syntaxErrors, workspaces } from './workspaces.ts';

describe('add tests', () => {
  let context: FolderRecipeContext;
  beforeEach(async () => (context = await FolderRecipeContext.create()));
  const open = async (files: Readonly<Record<string, string>>) => {
    for (const [path, content] of Object.entries(files)) await context.write(path, content);
  };
  afterEach(async () => context.dispose());

  const passes = async () => {
    const details = await context.perform(addTests, 'Add tests');
    const [ran] = context.commands;
    assert.equal(ran?.exitCode, 0, ran?.output);
    assert.equal(details.at(-1), 'passed');
    return { details, output: ran.output };
  };

  it('understands its instruction and no more', () => {
    for (const text of ['Add tests', 'add tests.', 'Write the unit tests', 'Please add some tests!']) {
      assert.ok(addTests.matches(text), text);
    }
    for (const text of ['Add tests for the parser', 'Run tests', 'tests', 'Add tests\nthen delete them']) {
      assert.equal(addTests.matches(text), false, text);
    }
  });

  for (const [name, files] of Object.entries({
    nodeEsm: workspaces.nodeEsm,
    nodeCommon: workspaces.nodeCommon,
  })) {
    it(`writes tests that pass for what the session made (${name})`, async () => {
      await open(files);
      await context.perform(createComponent, 'Create component');
      await context.perform(addFeature, 'Add new feature');
      const { output } = await passes();
      assert.match(output, /(# |ℹ )pass 6/);
    });
  }

  it('runs TypeScript where Node itself is set up for it', async function () {
    await open(workspaces.nodeTypeScript);
    await context.perform(addFeature, 'Add new feature');
    assert.equal(await context.text('src/feature.ts').then(text => syntaxErrors('a.ts', text).length), 0);
    await context.change('src/sum.ts', 'export const sum = (a: number, b: number): number => a + b;\n');
    if (await context.runsTypeScript()) await passes();
    else await assert.rejects(context.perform(addTests, 'Add tests'), { code: 'exit_code' });
    assert.match(await context.text('src/sum.test.ts'), /from '\.\/sum\.ts'/);
  });

  it('runs mocha', async () => {
    await open({
      'package.json': manifest({
        type: 'module',
        scripts: { test: 'mocha' },
        devDependencies: { mocha: '12' },
      }),
      'node_modules/.keep': '',
      'src/a.js': 'export const a = 1;\n',
    });
    const installed = join(import.meta.dirname, '../../../node_modules');
    await symlink(join(installed, 'mocha'), join(context.folder, 'node_modules/mocha'));
    await symlink(join(installed, '.bin'), join(context.folder, 'node_modules/.bin'));
    await context.perform(addFeature, 'Add new feature');
    const { output } = await passes();
    assert.match(output, /3 passing/);
    assert.match(await context.text('test/feature.test.js'), /from '\.\.\/src\/feature\.js'/);
  });

  it('follows the tests that are there, and reads what the runner cannot load', async () => {
    await open(demoWorkspace());
    await context.perform(createComponent, 'Create a new React component called UserProfile');
    const { details } = await passes();
    assert.match(details[0] ?? '', /checks the exports in the source/);
    assert.match(await context.text('test/UserProfile.test.mjs'), /exports UserProfile/);
  });

  it('fails when the tests do', async () => {
    await open(workspaces.nodeEsm);
    await context.change('src/broken.js', "throw new Error('not today');\nexport const broken = 1;\n");
    await assert.rejects(context.perform(addTests, 'Add tests'), { code: 'exit_code', message: /failed/ });
    assert.ok(await context.text('src/broken.test.js'));
  });

  it('writes tests but runs none where there is no runner', async () => {
    await open(workspaces.reactTypeScript);
    await context.perform(createComponent, 'Create a React component called UserProfile');
    const details = await context.perform(addTests, 'Add tests');
    assert.equal(details.at(-1), 'not run: no runner');
    assert.match(details[0] ?? '', /written for vitest/);
    assert.deepEqual(context.commands, []);
    const test = await context.text('src/components/UserProfile.test.tsx');
    assert.match(test, /<UserProfile name="Ada Lovelace" email="ada@example.com" \/>/);
    assert.deepEqual(syntaxErrors('a.tsx', test), []);
  });

  it('runs none where the runner is not installed', async () => {
    await open({
      'package.json': manifest({
        scripts: { test: 'vitest' },
        dependencies: { react: '19' },
        devDependencies: { vitest: '4' },
      }),
    });
    await context.perform(createComponent, 'Create a component called UserProfile');
    assert.equal((await context.perform(addTests, 'Add tests')).at(-1), 'not run: no runner');
  });

  it('uses testing-library where it and a DOM are there', async () => {
    await open({
      'package.json': manifest({
        scripts: { test: 'vitest' },
        dependencies: { react: '19' },
        devDependencies: { vitest: '4', jsdom: '27', '@testing-library/react': '16' },
      }),
    });
    await context.perform(createComponent, 'Create a component called SaveButton');
    await context.perform(addTests, 'Add tests');
    const test = await context.text('src/components/SaveButton.test.jsx');
    assert.match(test, /^\/\/ @vitest-environment jsdom$/m);
    assert.match(test, /import \{ afterEach, describe, expect, test \} from 'vitest';/);
    assert.deepEqual(syntaxErrors('a.jsx', test), []);
  });

  it('does not test what has tests, and says that there is nothing to test', async () => {
    await open(workspaces.nodeEsm);
    await context.perform(addFeature, 'Add new feature');
    await passes();
    await assert.rejects(context.perform(addTests, 'Add tests'), {
      code: 'nothing_to_do',
      message: /has a test already/,
    });
  });

  it('takes a file of the workspace when the session changed none, and says so', async () => {
    await open(workspaces.nodeEsm);
    const { details } = await passes();
    assert.match(details[0] ?? '', /this session changed no source file, so src\/readConfig\.js was chosen/);
  });

  it('says that there is nothing to test in an empty folder', async () => {
    await open(workspaces.empty);
    await assert.rejects(context.perform(addTests, 'Add tests'), {
      code: 'nothing_to_do',
      message: /nothing to test/,
    });
  });

  it('leaves deleted files, tests and scripts without exports alone', async () => {
    await open(workspaces.nodeEsm);
    await context.change('start.js', 'console.log(1);\n');
    context.earlier.push({ ...context.earlier[0]!, filesChanged: [{ path: 'gone.js', kind: 'added' }] });
    await assert.rejects(context.perform(addTests, 'Add tests'), {
      code: 'nothing_to_do',
      message: /exports anything/,
    });
  });

  it('puts no name of a file into code or a command that could get out of it', async () => {
    await open(workspaces.nodeEsm);
    await context.change("src/a';process.exit(1);'.js", 'export const a = 1;\n');
    await context.change('src/$(exit 3).js', 'export const b = 1;\n');
    await passes();
    assert.deepEqual(
      context.commands.map(({ command }) => command),
      ['npm test'],
    );
  });
});
