import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { addFeature } from '../../../src/agents/direct/recipes/addFeature.ts';
import { buildTodoApp } from '../../../src/agents/direct/recipes/buildTodoApp.ts';
import { importantFeature } from '../../../src/agents/direct/recipes/todoApp/importantFeature.ts';
import { searchFeature } from '../../../src/agents/direct/recipes/todoApp/searchFeature.ts';
import { applyEdits } from '../../../src/agents/direct/recipes/todoApp/todoFeature.ts';
import { todoApp } from '../../../src/agents/direct/recipes/todoApp/todoApp.ts';
import { FolderRecipeContext } from './folderRecipeContext.ts';
import { syntaxErrors, workspaces } from './workspaces.ts';

describe('build a todo app', () => {
  let context: FolderRecipeContext;
  beforeEach(async () => (context = await FolderRecipeContext.create()));
  afterEach(async () => context.dispose());

  it('understands its instruction and no more', () => {
    for (const text of [
      'Build a todo app',
      'Create a simple to-do list app.',
      'build me a todo application',
    ]) {
      assert.ok(buildTodoApp.matches(text), text);
    }
    for (const text of ['Build a todo app in Rust', 'Build a chat app', 'todo app', 'Build the app']) {
      assert.equal(buildTodoApp.matches(text), false, text);
    }
  });

  it('parses', () => {
    for (const [path, content] of Object.entries(todoApp).filter(([path]) => path.endsWith('.js'))) {
      assert.deepEqual(syntaxErrors(path, content), [], path);
      assert.doesNotMatch(content, / \n|\t|\r/, path);
    }
    assert.equal('dependencies' in (JSON.parse(todoApp['package.json'] ?? '') as object), false);
  });

  it('is built in an empty workspace, its tests pass, and it learns two features', async function () {
    this.timeout(300_000);
    await context.write('LICENSE', 'MIT\n');
    await context.write('.gitignore', 'node_modules/\n');
    const details = await context.perform(buildTodoApp, 'Build a todo app');
    assert.equal(details.at(-1), 'passed; start it with: npm start');
    assert.deepEqual(
      [...(await context.listFiles())].sort(),
      ['.gitignore', 'LICENSE', ...Object.keys(todoApp)].sort(),
    );

    assert.deepEqual((await context.perform(addFeature, 'Add new feature')).slice(2, 4), [
      'connected',
      'connected',
    ]);
    assert.match(await context.text('index.html'), /type="search"/);
    assert.match(await context.text('src/app.js'), /matchingTodos\(visibleTodos\(todos, filter\), query\)/);
    assert.equal((await context.perform(addFeature, 'Add new feature'))[2], 'connected');
    assert.match(await context.text('src/app.js'), /matchingTodos\(importantFirst\(visibleTodos\(/);
    assert.deepEqual(syntaxErrors('app.js', await context.text('src/app.js')), []);

    assert.deepEqual(
      context.commands.map(({ command, exitCode, output }) => [
        command,
        exitCode,
        /^(?:# |ℹ )pass (\d+)/m.exec(output)?.[1],
      ]),
      [
        ['npm test', 0, '9'],
        ['npm test', 0, '11'],
        ['npm test', 0, '14'],
      ],
    );
    await context.perform(addFeature, 'Add new feature');
    assert.match(await context.text('src/feature.js'), /createFeature/);
  });

  it('gets a folder of its own beside other files, and overwrites none', async function () {
    this.timeout(300_000);
    for (const [path, content] of Object.entries(workspaces.nodeEsm)) await context.write(path, content);
    await context.write('todo-app/notes.txt', 'mine\n');
    const details = await context.perform(buildTodoApp, 'Build a todo app');
    assert.equal(details.at(-1), 'passed; start it with: cd todo-app-2 && npm start');
    assert.equal(context.commands[0]?.command, 'cd todo-app-2 && npm test');
    assert.equal(await context.text('package.json'), workspaces.nodeEsm['package.json']);

    await context.perform(addFeature, 'Add new feature');
    assert.match(await context.text('todo-app-2/src/search.js'), /matchingTodos/);
  });

  it('keeps a README that is there', async () => {
    await context.write('README.md', '# Mine\n');
    await context.perform(buildTodoApp, 'Build a todo app');
    assert.equal(await context.text('README.md'), '# Mine\n');
    assert.ok((await context.listFiles()).includes('package.json'));
  });

  it('says so when npm is not there, and fails when the tests do', async () => {
    const steps = await buildTodoApp.plan('Build a todo app', context);
    const run = steps.at(-1);
    context.runCommand = async () => ({ exitCode: 127 });
    assert.equal(await run?.run(), 'not run: no runner');
    context.runCommand = async () => ({ exitCode: 1 });
    await assert.rejects(async () => run?.run(), { code: 'exit_code' });
  });

  it('is not connected to a page that somebody changed', async () => {
    for (const [path, content] of Object.entries(todoApp)) await context.write(path, content);
    await context.write('src/app.js', 'console.log(1);\n');
    const details = await context.perform(addFeature, 'Add new feature');
    assert.equal(details[3], 'not connected: the file was changed since it was written');
    assert.equal(await context.text('src/app.js'), 'console.log(1);\n');
  });

  it('has features that fit the app in any order', () => {
    for (const order of [
      [searchFeature, importantFeature],
      [importantFeature, searchFeature],
    ]) {
      const files = { ...todoApp };
      for (const [path, edits] of order.flatMap(feature => Object.entries(feature.edits))) {
        const edited = applyEdits(files[path] ?? '', edits);
        assert.ok(edited !== undefined);
        files[path] = edited;
      }
      assert.deepEqual(syntaxErrors('app.js', files['src/app.js'] ?? ''), []);
    }
  });
});
