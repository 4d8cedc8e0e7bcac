import { todoListModule } from './todoLogic.ts';
import { indexPage, pageModule } from './todoPage.ts';
import { packageManifest, readme } from './todoProject.ts';
import { serverModule, startModule } from './todoServer.ts';
import { styleSheet } from './todoStyle.ts';
import { serverTest, todoListTest } from './todoTests.ts';

/** The files of a complete app by path: a page, the logic behind it, a server for it, and tests for `node --test`. */
export const todoApp: Readonly<Record<string, string>> = {
  'package.json': packageManifest,
  'README.md': readme,
  'index.html': indexPage,
  'style.css': styleSheet,
  'src/todoList.js': todoListModule,
  'src/app.js': pageModule,
  'server.js': serverModule,
  'start.js': startModule,
  'test/todoList.test.js': todoListTest,
  'test/server.test.js': serverTest,
};
