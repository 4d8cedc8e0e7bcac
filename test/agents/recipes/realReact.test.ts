import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { skip } from '../../support/skip.ts';
import { addFeature } from '../../../src/agents/direct/recipes/addFeature.ts';
import { addTests } from '../../../src/agents/direct/recipes/addTests.ts';
import { createComponent } from '../../../src/agents/direct/recipes/createComponent.ts';
import { FolderRecipeContext } from './folderRecipeContext.ts';
import { manifest } from './workspaces.ts';

const names = ['UserProfile', 'SaveButton', 'TodoList', 'WeeklyReport'];

const project = {
  'package.json': manifest({
    type: 'module',
    scripts: { test: 'vitest' },
    dependencies: { react: '^19.0.0' },
    devDependencies: { typescript: '~5.9.0', vitest: '^4.0.0', '@types/react': '^19.0.0' },
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      lib: ['es2022', 'dom'],
      module: 'esnext',
      moduleResolution: 'bundler',
      jsx: 'react-jsx',
      strict: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      noEmit: true,
      skipLibCheck: true,
    },
    include: ['src'],
  }),
};

describe('recipes in a real React project', function () {
  this.timeout(300_000);
  let context: FolderRecipeContext;

  before(async function () {
    if (process.env['RECIPES_INSTALL'] === undefined) {
      skip(this, 'it installs react and vitest from npm, which is slow; set RECIPES_INSTALL=1');
    }
    context = await FolderRecipeContext.create(project);
    await install();
  });
  after(async () => {
    if (process.env['RECIPES_INSTALL'] !== undefined) await context.dispose();
  });

  const install = async (...packages: readonly string[]) => {
    const arguments_ = ['--no-audit', '--no-fund', ...packages].join(' ');
    const { exitCode } = await context.runCommand(`npm install --save-dev ${arguments_}`);
    assert.equal(exitCode, 0, context.commands.at(-1)?.output);
  };

  const createAndTest = async (suffix: string) => {
    for (const name of names)
      await context.perform(createComponent, `Create a React component called ${suffix}${name}`);
    const details = await context.perform(addTests, 'Add tests').catch((error: unknown) => {
      assert.fail(`${String(error)}\n${context.commands.at(-1)?.output ?? ''}`);
    });
    assert.equal(details.at(-1), 'passed');
    const { exitCode } = await context.runCommand('npx --no-install tsc');
    assert.equal(exitCode, 0, context.commands.at(-1)?.output);
    return details[0] ?? '';
  };

  it('calls components where react-dom is not there', async () => {
    await context.perform(addFeature, 'Add new feature');
    await createAndTest('First');
    assert.match(await context.text('src/components/FirstTodoList.test.tsx'), /element\.type/);
  });

  it('renders them with react-dom', async () => {
    await install('react-dom@^19.0.0', '@types/react-dom@^19.0.0');
    assert.match(await createAndTest('Second'), /renders the component/);
    assert.match(await context.text('src/components/SecondTodoList.test.tsx'), /renderToStaticMarkup/);
  });

  it('renders them with testing-library', async () => {
    await install('@testing-library/react', '@testing-library/dom', 'jsdom');
    await createAndTest('Third');
    assert.match(await context.text('src/components/ThirdTodoList.test.tsx'), /@vitest-environment jsdom/);
  });
});
