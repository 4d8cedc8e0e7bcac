import { type TodoFeature } from './todoFeature.ts';

const module = `/** Marks a todo as important, or as not important. */
export function toggleImportant(todos, id) {
  return todos.map((todo) => (todo.id === id ? { ...todo, important: todo.important !== true } : todo));
}

/** The todos with the important ones first, otherwise in the order that they had. */
export function importantFirst(todos) {
  return [...todos.filter(isImportant), ...todos.filter((todo) => !isImportant(todo))];
}

export function isImportant(todo) {
  return todo.important === true;
}
`;

const test = `import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { importantFirst, isImportant, toggleImportant } from '../src/important.js';
import { parseTodos } from '../src/todoList.js';

const milk = { id: 1, text: 'Buy milk', done: false };
const letter = { id: 2, text: 'Write a letter', done: false };

describe('important todos', () => {
  test('can be marked and unmarked', () => {
    const marked = toggleImportant([milk, letter], 2);
    assert.deepEqual(marked.map(isImportant), [false, true]);
    assert.deepEqual(toggleImportant(marked, 2).map(isImportant), [false, false]);
    assert.equal(isImportant(letter), false);
  });

  test('come first', () => {
    const [, marked] = toggleImportant([milk, letter], 2);
    assert.deepEqual(importantFirst([milk, marked]), [marked, milk]);
  });

  test('stay important when they are stored', () => {
    const marked = toggleImportant([milk], 1);
    assert.deepEqual(parseTodos(JSON.stringify(marked)), marked);
  });
});
`;

/** Marking todos as important, which brings them to the top. */
export const importantFeature: TodoFeature = {
  name: 'important',
  summary: 'a button that marks a todo as important and brings it to the top',
  module,
  test,
  edits: {
    'src/app.js': [
      {
        anchor: "} from './todoList.js';",
        replacement:
          "} from './todoList.js';\nimport { importantFirst, isImportant, toggleImportant } from './important.js';",
      },
      { anchor: 'visibleTodos(todos, filter)', replacement: 'importantFirst(visibleTodos(todos, filter))' },
      {
        anchor: '  item.append(done, text, remove);',
        replacement: `  const important = document.createElement('button');
  important.type = 'button';
  important.textContent = 'Important';
  important.setAttribute('aria-pressed', String(isImportant(todo)));
  important.addEventListener('click', () => update(toggleImportant(todos, todo.id)));

  item.append(done, text, important, remove);`,
      },
    ],
  },
};
