/** `src/todoList.js` */
export const todoListModule = `/**
 * What can be done with a list of todos. Every function leaves the list that it is given alone and returns a new one.
 *
 * @typedef {{ id: number, text: string, done: boolean }} Todo
 * @typedef {'all' | 'active' | 'completed'} Filter
 */

/** Adds a todo at the end. Empty text adds nothing. */
export function addTodo(todos, text) {
  const trimmed = text.trim();
  if (trimmed === '') return todos;
  const id = Math.max(0, ...todos.map((todo) => todo.id)) + 1;
  return [...todos, { id, text: trimmed, done: false }];
}

/** Marks a todo as done, or as not done. */
export function toggleTodo(todos, id) {
  return todos.map((todo) => (todo.id === id ? { ...todo, done: !todo.done } : todo));
}

/** Changes the text of a todo. Without text the todo goes away. */
export function renameTodo(todos, id, text) {
  const trimmed = text.trim();
  if (trimmed === '') return removeTodo(todos, id);
  return todos.map((todo) => (todo.id === id ? { ...todo, text: trimmed } : todo));
}

export function removeTodo(todos, id) {
  return todos.filter((todo) => todo.id !== id);
}

export function clearCompleted(todos) {
  return todos.filter((todo) => !todo.done);
}

/** The todos that a filter shows. */
export function visibleTodos(todos, filter) {
  if (filter === 'active') return todos.filter((todo) => !todo.done);
  if (filter === 'completed') return todos.filter((todo) => todo.done);
  return todos;
}

export function countActive(todos) {
  return todos.filter((todo) => !todo.done).length;
}

/** The todos of a stored text. What is damaged is left out. */
export function parseTodos(stored) {
  let value;
  try {
    value = JSON.parse(stored ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(value)) return [];
  const ids = new Set();
  return value.filter((todo) => {
    const valid = Number.isSafeInteger(todo?.id) && typeof todo.text === 'string' && typeof todo.done === 'boolean';
    if (!valid || ids.has(todo.id)) return false;
    ids.add(todo.id);
    return true;
  });
}
`;
