/** `index.html` */
export const indexPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Todos</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="style.css">
    <script type="module" src="src/app.js"></script>
  </head>
  <body>
    <main>
      <h1>Todos</h1>
      <form id="new-todo">
        <label class="hidden" for="new-text">What needs to be done?</label>
        <input id="new-text" name="text" placeholder="What needs to be done?" maxlength="200" autocomplete="off" autofocus>
        <button>Add</button>
      </form>
      <ul id="todos" aria-label="Todos"></ul>
      <p id="empty">Nothing to show.</p>
      <footer>
        <span id="count" role="status"></span>
        <div id="filters" role="group" aria-label="Show">
          <button type="button" data-filter="all">All</button>
          <button type="button" data-filter="active">Active</button>
          <button type="button" data-filter="completed">Completed</button>
        </div>
        <button type="button" id="clear">Clear completed</button>
      </footer>
    </main>
    <noscript>This page needs JavaScript.</noscript>
  </body>
</html>
`;

/** `src/app.js` */
export const pageModule = `import {
  addTodo,
  clearCompleted,
  countActive,
  parseTodos,
  removeTodo,
  renameTodo,
  toggleTodo,
  visibleTodos,
} from './todoList.js';

const storageKey = 'todo-app';
const list = document.querySelector('#todos');
const filterButtons = [...document.querySelectorAll('[data-filter]')];

let todos = parseTodos(read());
let filter = 'all';

document.querySelector('#new-todo').addEventListener('submit', (event) => {
  event.preventDefault();
  const input = event.target.elements.text;
  update(addTodo(todos, input.value));
  input.value = '';
});

document.querySelector('#clear').addEventListener('click', () => update(clearCompleted(todos)));

for (const button of filterButtons) {
  button.addEventListener('click', () => {
    filter = button.dataset.filter;
    render();
  });
}

// Another tab changed the list.
window.addEventListener('storage', (event) => {
  if (event.key !== storageKey) return;
  todos = parseTodos(event.newValue);
  render();
});

render();

function update(changed) {
  save(changed);
  render();
}

function save(changed) {
  todos = changed;
  try {
    localStorage.setItem(storageKey, JSON.stringify(todos));
  } catch {
    // Private windows may refuse: the list then lasts as long as the page.
  }
}

function read() {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

function render() {
  const shown = shownTodos();
  list.replaceChildren(...shown.map(createItem));
  document.querySelector('#empty').hidden = shown.length > 0;
  const active = countActive(todos);
  document.querySelector('#count').textContent = active === 1 ? '1 todo left' : active + ' todos left';
  document.querySelector('#clear').hidden = active === todos.length;
  for (const button of filterButtons) {
    button.setAttribute('aria-pressed', String(button.dataset.filter === filter));
  }
}

function createItem(todo) {
  const item = document.createElement('li');
  item.classList.toggle('done', todo.done);

  const done = document.createElement('input');
  done.type = 'checkbox';
  done.checked = todo.done;
  done.addEventListener('change', () => {
    update(toggleTodo(todos, todo.id));
    focusItem(shownTodos().findIndex((other) => other.id === todo.id), 'input[type=checkbox]');
  });

  const text = document.createElement('input');
  text.className = 'text';
  text.value = todo.text;
  text.maxLength = 200;
  text.setAttribute('aria-label', 'Text of the todo');
  text.addEventListener('change', () => {
    save(renameTodo(todos, todo.id, text.value));
    // The item stays where it is, so that a click beside the text still arrives.
    if (todos.some((other) => other.id === todo.id)) label(text.value.trim());
    else render();
  });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') text.blur();
    if (event.key === 'Escape') text.value = todo.text;
  });

  const remove = document.createElement('button');
  remove.type = 'button';
  remove.textContent = 'Remove';
  remove.addEventListener('click', () => {
    const index = [...list.children].indexOf(item);
    update(removeTodo(todos, todo.id));
    focusItem(Math.min(index, list.children.length - 1), 'button');
  });

  label(todo.text);
  item.append(done, text, remove);
  return item;

  function label(name) {
    done.setAttribute('aria-label', 'Done: ' + name);
    remove.setAttribute('aria-label', 'Remove: ' + name);
  }
}

/** Keeps the focus of people who use the keyboard near where it was. */
function focusItem(index, selector) {
  const target = list.children[index]?.querySelector(selector) ?? document.querySelector('#new-text');
  target.focus();
}

/** The todos that the page shows. */
function shownTodos() {
  return visibleTodos(todos, filter);
}
`;
