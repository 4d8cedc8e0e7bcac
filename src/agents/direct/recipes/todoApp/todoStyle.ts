/** `style.css` */
export const styleSheet = `:root {
  color-scheme: light dark;
  --page: light-dark(#f4f5f7, #17181c);
  --paper: light-dark(#ffffff, #212329);
  --text: light-dark(#1f2328, #e8eaed);
  --quiet: light-dark(#5c6570, #a2a9b3);
  --line: light-dark(#e1e4e8, #353941);
  --accent: light-dark(#2457d6, #8fb1ff);
  --on-accent: light-dark(#ffffff, #10131a);
}

* {
  box-sizing: border-box;
}

body {
  margin: 0;
  padding: 2rem 1rem;
  background: var(--page);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
}

main {
  max-width: 34rem;
  margin: 0 auto;
  padding: 1.5rem;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 12px;
}

h1 {
  margin: 0 0 1rem;
  font-size: 1.6rem;
}

input,
button {
  font: inherit;
  color: inherit;
}

:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}

form {
  display: flex;
  gap: 0.5rem;
}

form input,
input[type='search'] {
  flex: 1;
  min-width: 0;
  padding: 0.5rem 0.75rem;
  background: var(--page);
  border: 1px solid var(--line);
  border-radius: 8px;
}

input[type='search'] {
  width: 100%;
  margin-top: 0.5rem;
}

button {
  padding: 0.35rem 0.75rem;
  background: none;
  border: 1px solid var(--line);
  border-radius: 8px;
  cursor: pointer;
}

button:hover {
  border-color: var(--accent);
}

form button,
button[aria-pressed='true'] {
  background: var(--accent);
  border-color: var(--accent);
  color: var(--on-accent);
}

ul {
  margin: 1rem 0 0;
  padding: 0;
  list-style: none;
}

li {
  display: flex;
  align-items: center;
  gap: 0.75rem;
  padding: 0.4rem 0;
  border-bottom: 1px solid var(--line);
}

li input[type='checkbox'] {
  width: 1.15rem;
  height: 1.15rem;
  accent-color: var(--accent);
}

li .text {
  flex: 1;
  min-width: 0;
  padding: 0.25rem;
  background: none;
  border: none;
  border-radius: 4px;
}

li.done .text {
  color: var(--quiet);
  text-decoration: line-through;
}

li button {
  border-color: transparent;
  color: var(--quiet);
}

#empty {
  margin: 1.5rem 0;
  color: var(--quiet);
  text-align: center;
}

footer {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.75rem;
  margin-top: 1rem;
  color: var(--quiet);
  font-size: 0.9rem;
}

.hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

[hidden] {
  display: none !important;
}
`;
