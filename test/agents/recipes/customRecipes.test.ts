import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as z from 'zod';
import { loadRecipes } from '../../../src/agents/direct/recipes/custom/loadRecipes.ts';
import { parseRecipe } from '../../../src/agents/direct/recipes/custom/parseRecipe.ts';
import { recipeFile } from '../../../src/agents/direct/recipes/custom/recipeFile.ts';
import { FolderRecipeContext } from './folderRecipeContext.ts';

const root = join(import.meta.dirname, '../../..');
const service = {
  name: 'new-service',
  match: ['create a service called {name}', 'add service {name}'],
  files: [
    {
      path: 'src/{name:kebab}.js',
      content: ['export const {name:camel} = "{name:words}";', 'const {{name}} = {other};'],
    },
  ],
  commands: ['echo {name:pascal}'],
};

describe('recipes of one’s own', () => {
  let context: FolderRecipeContext;
  beforeEach(async () => (context = await FolderRecipeContext.create()));
  afterEach(async () => context.dispose());

  it('do what their file says', async () => {
    const recipe = parseRecipe(service);
    assert.equal(recipe.example, 'create a service called {name}');
    assert.deepEqual(await context.perform(recipe, 'Create  a service called user-data.'), [
      undefined,
      'exit 0',
    ]);
    assert.equal(
      await context.text('src/user-data.js'),
      'export const userData = "User data";\nconst {name} = {other};\n',
    );
    assert.equal(context.commands[0]?.output.trim(), 'UserData');
  });

  it('match their phrase and no more', () => {
    const recipe = parseRecipe(service);
    const matches = (text: string) => recipe.matches(text);
    assert.ok(matches('ADD SERVICE a'));
    for (const text of [
      'add service',
      'add service a b',
      'add service ../a',
      'add service $(a)',
      'add service -a',
      'please add service a',
    ]) {
      assert.equal(matches(text), false, text);
    }
    const literal = parseRecipe({ name: 'a', match: 'what (is) [this]+ here?', commands: ['echo'] });
    assert.ok(literal.matches('What (is) [this]+ here?'));
    assert.equal(literal.matches('what is this here'), false);
  });

  it('put nothing but a word into a command, whatever the instruction', () => {
    const recipe = parseRecipe(service);
    const matches = (text: string) => recipe.matches(text);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), text => {
        if (matches(`add service ${text}`))
          assert.match(text.replace(/[\s.!?]*$/, '').trim(), /^[A-Za-z][\w-]*$/);
      }),
    );
  });

  it('overwrite nothing, and write nothing when one file exists', async () => {
    const recipe = parseRecipe({
      name: 'two',
      match: 'make {name}',
      files: [
        { path: '{name}.a', content: 'a' },
        { path: '{name}.b', content: 'b' },
      ],
    });
    await context.write('x.b', 'mine\n');
    await assert.rejects(context.perform(recipe, 'make x'), { code: 'file_exists' });
    assert.deepEqual(await context.listFiles(), ['x.b']);
  });

  it('fail when a command does', async () => {
    const recipe = parseRecipe({ name: 'bad', match: 'go wrong', commands: ['exit 3', 'echo never'] });
    await assert.rejects(context.perform(recipe, 'go wrong'), { code: 'exit_code', message: /exit code 3/ });
    assert.equal(context.commands.length, 1);
  });

  it('say what is wrong with them', () => {
    const wrong = (change: object, message: RegExp) =>
      assert.throws(() => parseRecipe({ ...service, ...change }), { code: 'invalid_input', message });
    wrong({ name: 'New Service' }, /^name: must be in lower case/);
    wrong({ match: '{name}' }, /^match: "\{name\}" needs words of its own/);
    wrong({ match: 'a {name} of {name}' }, /occurs twice/);
    wrong({ match: 'create {the name}' }, /\{the/);
    wrong({ match: ['create {name}', 'create it'] }, /same placeholders/);
    wrong({ match: 3 }, /^match: /);
    wrong({ files: [], commands: [] }, /^The recipe: needs "files" or "commands"\./);
    wrong({ extra: 1 }, /extra/);
    wrong({ commands: ['a\nb'] }, /^commands\[0\]: must be one line/);
    wrong({ commands: ['echo {name:loud}'] }, /^commands\[0\]: \{name:loud\} asks for "loud"/);
    wrong(
      { files: [{ path: '{nmae}.js', content: '' }] },
      /^files\[0\]\.path: \{nmae\} is not a placeholder/,
    );
    for (const path of [
      '/etc/passwd',
      '../a',
      'a/../b',
      'a//b',
      'C:\\a',
      'c:a',
      '~/a',
      'a/',
      './a',
      'a\\b',
      '',
    ]) {
      wrong({ files: [{ path, content: '' }] }, /^files\[0\]\.path: /);
    }
    for (const value of [null, 1, 'a', [], {}])
      assert.throws(() => parseRecipe(value), { code: 'invalid_input' });
  });

  it('are read from a folder, each for itself', async () => {
    await context.write('b.json', JSON.stringify(service));
    await context.write('a.json', '{');
    await context.write('c.json', JSON.stringify(service));
    await context.write('d.json', ' '.repeat(300_000));
    await context.write('notes.txt', 'no recipe');
    const { recipes, problems } = await loadRecipes(context.folder);
    assert.deepEqual(
      recipes.map(({ name }) => name),
      ['new-service'],
    );
    assert.deepEqual(
      problems.map(({ file }) => file),
      ['a.json', 'c.json', 'd.json'],
    );
    assert.match(problems[0]?.problem ?? '', /no JSON/);
    assert.match(problems[1]?.problem ?? '', /called new-service already/);
    assert.deepEqual(await loadRecipes(join(context.folder, 'none')), { recipes: [], problems: [] });
    assert.equal((await loadRecipes(join(context.folder, 'notes.txt'))).problems.length, 1);
  });

  it('are documented by an example that works and a schema that is up to date', async () => {
    const documentation = await readFile(join(root, 'media/recipes.md'), 'utf8');
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(documentation) ?? [];
    assert.ok(parseRecipe(JSON.parse(example)).matches('Create a service called mail'));
    const schema: unknown = JSON.parse(await readFile(join(root, 'schemas/recipe.schema.json'), 'utf8'));
    assert.deepEqual(schema, JSON.parse(JSON.stringify(z.toJSONSchema(recipeFile, { io: 'input' }))));
  });
});
