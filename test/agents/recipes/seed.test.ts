import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { skip } from '../../support/skip.ts';
import { recipes } from '../../../src/agents/direct/recipes.ts';
import { FolderRecipeContext } from './folderRecipeContext.ts';
import { demoWorkspace, workspaces } from './workspaces.ts';

/** Every task that SEED.md shows, in its order. */
const seed = [
  'Create a new React component called UserProfile',
  'Create component',
  'Add tests',
  'Update documentation',
  'Build a todo app',
  'Add new feature',
];

describe('the tasks of the seed', () => {
  let context: FolderRecipeContext;
  beforeEach(async () => (context = await FolderRecipeContext.create()));
  afterEach(async () => context.dispose());

  const perform = async (instruction: string) => {
    const matching = recipes.filter(recipe => recipe.matches(instruction));
    assert.equal(matching.length, 1, instruction);
    return context.perform(matching[0]!, instruction);
  };

  it('have an example each that their recipe understands', () => {
    for (const recipe of recipes) assert.ok(recipe.matches(recipe.example), recipe.name);
    assert.equal(new Set(recipes.map(({ name }) => name)).size, recipes.length);
  });

  for (const [name, files] of Object.entries({ ...workspaces, demo: demoWorkspace() })) {
    it(`do real work in one session (${name})`, async function () {
      this.timeout(300_000);
      if (name === 'nodeTypeScript' && !(await context.runsTypeScript()))
        skip(this, 'the node on PATH cannot load TypeScript');
      for (const [path, content] of Object.entries(files)) await context.write(path, content);
      for (const instruction of seed) {
        const before = await context.listFiles();
        const details = await perform(instruction);
        const after = await context.listFiles();
        assert.ok(after.length > before.length || instruction === 'Update documentation', instruction);
        if (instruction === 'Create component') {
          assert.deepEqual(
            after.filter(path => /\.(test|spec)\./.test(path)),
            before.filter(path => /\.(test|spec)\./.test(path)),
          );
        }
        if (instruction === 'Add tests')
          assert.ok(['passed', 'not run: no runner'].includes(details.at(-1) ?? ''));
      }
      assert.match(await context.text('README.md'), /^### UserProfile$/m);
      for (const { command, exitCode, output } of context.commands)
        assert.equal(exitCode, 0, `${command}\n${output}`);
      for (const [path, content] of Object.entries(files)) {
        if (path !== 'README.md') assert.equal(await context.text(path), content);
      }
    });
  }
});
