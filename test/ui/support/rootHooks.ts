import { relative } from 'node:path';
import type { Context, RootHookObject } from 'mocha';
import { screenshotFolder } from '../../../scripts/vscode/window.mts';
import { openEditors } from './openVSCode.ts';

export const mochaHooks: RootHookObject = {
  async afterEach(this: Context) {
    const { currentTest } = this;
    if (currentTest?.state !== 'failed') return;
    for (const { window } of openEditors()) {
      const path = await window.screenshot(`failed/${currentTest.fullTitle()}`);
      console.log(`      as it was then: ${relative(process.cwd(), path)}`);
    }
  },

  async afterAll() {
    console.log(`\n  Screenshots are in ${relative(process.cwd(), screenshotFolder)}`);
    const leaked = openEditors();
    for (const editor of leaked) await editor.close();
    if (leaked.length > 0) throw new Error(`${leaked.length} editors were left open by their suite.`);
  },
};
