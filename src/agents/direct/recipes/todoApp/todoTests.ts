/** `test/todoList.test.js` */
export const todoListTest = `import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  addTodo,
  clearCompleted,
  countActive,
  parseTodos,
  removeTodo,
  renameTodo,
  toggleTodo,
  visibleTodos,
} from '../src/todoList.js';

const milk = { id: 1, text: 'Buy milk', done: false };
const letter = { id: 2, text: 'Write a letter', done: true };

describe('todo list', () => {
  test('adds a todo at the end, trimmed, with an id of its own', () => {
    assert.deepEqual(addTodo([milk, letter], '  Call Ada '), [milk, letter, { id: 3, text: 'Call Ada', done: false }]);
  });

  test('adds nothing without text', () => {
    assert.deepEqual(addTodo([milk], '   '), [milk]);
  });

  test('toggles one todo and leaves the given list alone', () => {
    const todos = [milk, letter];
    assert.deepEqual(toggleTodo(todos, 1), [{ ...milk, done: true }, letter]);
    assert.deepEqual(toggleTodo(toggleTodo(todos, 1), 1), todos);
    assert.equal(milk.done, false);
  });

  test('renames a todo, and removes it when no text is left', () => {
    assert.deepEqual(renameTodo([milk, letter], 1, ' Buy bread '), [{ ...milk, text: 'Buy bread' }, letter]);
    assert.deepEqual(renameTodo([milk, letter], 1, ' '), [letter]);
  });

  test('removes one todo, or all that are done', () => {
    assert.deepEqual(removeTodo([milk, letter], 2), [milk]);
    assert.deepEqual(clearCompleted([milk, letter]), [milk]);
  });

  test('filters and counts', () => {
    assert.deepEqual(visibleTodos([milk, letter], 'all'), [milk, letter]);
    assert.deepEqual(visibleTodos([milk, letter], 'active'), [milk]);
    assert.deepEqual(visibleTodos([milk, letter], 'completed'), [letter]);
    assert.equal(countActive([milk, letter]), 1);
  });

  test('reads what was stored, without what is damaged', () => {
    assert.deepEqual(parseTodos(JSON.stringify([milk, letter])), [milk, letter]);
    assert.deepEqual(parseTodos(JSON.stringify([milk, milk, null, { id: 'x' }])), [milk]);
    assert.deepEqual(parseTodos('{'), []);
    assert.deepEqual(parseTodos('{}'), []);
    assert.deepEqual(parseTodos(null), []);
  });
});
`;

/** `test/server.test.js` */
export const serverTest = String.raw`import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { createAppServer } from '../server.js';

describe('server', () => {
  const server = createAppServer();
  let address;

  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = 'http://127.0.0.1:' + server.address().port;
  });

  after(() => {
    server.close();
    server.closeAllConnections();
  });

  test('serves the page and what it loads', async () => {
    const page = await fetch(address + '/');
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<title>Todos<\/title>/);
    for (const [file, type] of [['/style.css', 'text/css'], ['/src/app.js', 'text/javascript']]) {
      const response = await fetch(address + file);
      assert.equal(response.status, 200);
      assert.ok(response.headers.get('content-type').startsWith(type));
    }
  });

  test('serves nothing else', async () => {
    for (const file of ['/package.json', '/server.js', '/.git/config', '/src/..%2fpackage.json', '/src/none.js']) {
      assert.equal((await fetch(address + file)).status, 404);
    }
    assert.equal((await fetch(address + '/', { method: 'POST' })).status, 405);
  });
});
`;
