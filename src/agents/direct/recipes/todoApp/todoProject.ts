/** `package.json` */
export const packageManifest = `{
  "name": "todo-app",
  "version": "1.0.0",
  "private": true,
  "description": "A todo list for the browser, without dependencies.",
  "type": "module",
  "scripts": {
    "start": "node start.js",
    "test": "node --test"
  },
  "engines": {
    "node": ">=18.19"
  }
}
`;

/** `README.md` */
export const readme = `# Todo app

A todo list for the browser, without dependencies. Todos stay in the browser.

\`\`\`sh
npm start   # serves the app on http://localhost:3000 (PORT=4000 npm start for another port)
npm test    # runs the tests with the test runner of Node
\`\`\`

| File | What it does |
| --- | --- |
| \`index.html\`, \`style.css\` | the page |
| \`src/todoList.js\` | what can be done with todos: functions without side effects |
| \`src/app.js\` | shows the todos and reacts to input |
| \`server.js\`, \`start.js\` | the server of the page, for this computer only |
| \`test/\` | the tests |
`;
