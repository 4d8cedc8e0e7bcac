import { type TodoFeature } from './todoFeature.ts';

const module = String.raw`/** The todos whose text has every word of the query in it, letter case ignored. */
export function matchingTodos(todos, query) {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return todos.filter((todo) => {
    const text = todo.text.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
`;

const test = `import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { matchingTodos } from '../src/search.js';

const milk = { id: 1, text: 'Buy fresh milk', done: false };
const letter = { id: 2, text: 'Write a letter', done: true };

describe('search', () => {
  test('finds every word, in any order and letter case', () => {
    assert.deepEqual(matchingTodos([milk, letter], 'MILK buy'), [milk]);
    assert.deepEqual(matchingTodos([milk, letter], 'milk letter'), []);
  });

  test('shows everything without a query', () => {
    assert.deepEqual(matchingTodos([milk, letter], '  '), [milk, letter]);
  });
});
`;

/** Finding todos by their words. */
export const searchFeature: TodoFeature = {
  name: 'search',
  summary: 'a search field above the list',
  module,
  test,
  edits: {
    'index.html': [
      {
        anchor: '      <ul id="todos"',
        replacement: `      <label class="hidden" for="search">Search</label>
      <input type="search" id="search" placeholder="Search">
      <ul id="todos"`,
      },
    ],
    'src/app.js': [
      {
        anchor: "} from './todoList.js';",
        replacement: "} from './todoList.js';\nimport { matchingTodos } from './search.js';",
      },
      { anchor: "let filter = 'all';", replacement: "let filter = 'all';\nlet query = '';" },
      {
        anchor: 'visibleTodos(todos, filter)',
        replacement: 'matchingTodos(visibleTodos(todos, filter), query)',
      },
      {
        anchor: '// Another tab changed the list.',
        replacement: `document.querySelector('#search').addEventListener('input', (event) => {
  query = event.target.value;
  render();
});

// Another tab changed the list.`,
      },
    ],
  },
};
