import type { RootHookObject } from 'mocha';
import { removeBundles } from './bundle.ts';
import { endAll } from './child.ts';

export const mochaHooks: RootHookObject = {
  afterEach: endAll,
  afterAll: removeBundles,
};
