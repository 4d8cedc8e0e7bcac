import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import {
  createComponent,
  parseComponentRequest,
} from '../../../src/agents/direct/recipes/createComponent.ts';
import { FolderRecipeContext } from './folderRecipeContext.ts';
import { demoWorkspace, manifest, syntaxErrors, workspaces } from './workspaces.ts';

describe('create component', () => {
  let context: FolderRecipeContext | undefined;
  const open = async (files: Readonly<Record<string, string>>) =>
    (context = await FolderRecipeContext.create(files));
  afterEach(async () => context?.dispose());

  it('understands the phrases that the seed shows, and their variants', () => {
    const named = { react: true, name: 'UserProfile' };
    for (const text of [
      'Create a new React component called UserProfile',
      'create a React component UserProfile',
      'Create a react component named "UserProfile".',
      'Please add the new React component called UserProfile!',
    ]) {
      assert.deepEqual(parseComponentRequest(text), named, text);
    }
    assert.deepEqual(parseComponentRequest('Create a component called profile'), {
      react: false,
      name: 'profile',
    });
    assert.deepEqual(parseComponentRequest('create component user-profile'), {
      react: false,
      name: 'user-profile',
    });
    assert.deepEqual(parseComponentRequest('Create component'), { react: false, name: undefined });
  });

  it('does not guess at anything else', () => {
    for (const text of [
      '',
      'Create',
      'Create component tests',
      'Create a component for the login page',
      'Create a component called Profile and add tests',
      'Create a Vue component called Profile',
      'Why does the component crash?',
      'Do not create a component',
      'Create components',
      'Create component\nrm -rf /',
    ]) {
      assert.equal(createComponent.matches(text), false, text);
    }
  });

  it('writes one typed component where the demo workspace keeps its own, and no test', async () => {
    const { perform, text, listFiles } = bound(await open(demoWorkspace()));
    const before = await listFiles();
    await perform('Create a new React component called UserProfile');
    const code = await text('src/components/UserProfile.tsx');
    assert.match(code, /^export interface UserProfileProps \{$/m);
    assert.match(code, /^export function UserProfile\(\{ name, email, avatarUrl \}: UserProfileProps\) \{$/m);
    assert.deepEqual(syntaxErrors('UserProfile.tsx', code), []);
    assert.equal((await listFiles()).length, before.length + 1);
  });

  it('says so when react is not a dependency', async () => {
    const { perform, text } = bound(await open(workspaces.empty));
    const details = await perform('Create a new React component called UserProfile');
    assert.match(details.join(), /react is not a dependency/);
    assert.deepEqual(syntaxErrors('UserProfile.jsx', await text('src/components/UserProfile.jsx')), []);
  });

  it('overwrites nothing, whatever the letter case', async () => {
    const files = { ...workspaces.reactTypeScript, 'src/components/userprofile.tsx': 'export {};\n' };
    const { perform, listFiles } = bound(await open(files));
    const before = await listFiles();
    await assert.rejects(perform('Create a React component called UserProfile'), { code: 'file_exists' });
    assert.deepEqual(await listFiles(), before);
  });

  it('refuses what is no name', async () => {
    const { perform, listFiles } = bound(await open(workspaces.reactTypeScript));
    const before = await listFiles();
    for (const name of ['../../evil', '1st', 'a;rm', '${x}', 'React', '-rf', 'Ünï', 'a'.repeat(65)]) {
      await assert.rejects(
        perform(`Create a React component called ${name}`),
        { code: 'invalid_input' },
        name,
      );
    }
    assert.deepEqual(await listFiles(), before);
  });

  it('follows the naming, the folder and the style in use', async () => {
    const { perform, text } = bound(
      await open({
        'package.json': manifest({ dependencies: { react: '18' } }),
        'app/ui/components/nav-bar.jsx':
          'import React from "react"\n\nexport default function NavBar() {\n\treturn <nav />\n}\n',
      }),
    );
    await perform('Create a component called SearchButton');
    const code = await text('app/ui/components/search-button.jsx');
    assert.match(code, /^import React from "react"$/m);
    assert.match(code, /^export default function SearchButton\(/m);
    assert.match(code, /^\treturn \($/m);
    assert.doesNotMatch(code, /;$/m);
  });

  it('keeps a folder for each component where the others have one', async () => {
    const { perform, text } = bound(
      await open({
        ...workspaces.empty,
        'package.json': manifest({ dependencies: { react: '19' } }),
        'src/components/Card/Card.jsx': 'export const Card = () => <p />;\n',
      }),
    );
    await perform('Create a component called UserList');
    assert.match(await text('src/components/UserList/UserList.jsx'), /export function UserList/);
  });

  it('finds a free name of its own', async () => {
    const { perform, listFiles } = bound(await open(workspaces.reactTypeScript));
    await perform('Create component');
    await perform('Create component');
    const files = await listFiles();
    assert.ok(files.includes('src/components/NewComponent.tsx'));
    assert.ok(files.includes('src/components/NewComponent2.tsx'));
  });

  it('writes a plain component where there is no framework', async () => {
    const { perform, text } = bound(await open(workspaces.nodeCommon));
    const details = await perform('Create component');
    const code = await text('lib/components/new-component.js');
    assert.match(code, /module\.exports = \{ renderNewComponent \}/);
    assert.match(details.join(), /without a framework/);
  });

  it('refuses a framework for which there is no template', async () => {
    const { perform } = bound(await open({ 'package.json': manifest({ dependencies: { vue: '3' } }) }));
    await assert.rejects(perform('Create component'), { code: 'not_supported', message: /Vue/ });
  });
});

function bound(context: FolderRecipeContext) {
  return {
    perform: (instruction: string) => context.perform(createComponent, instruction),
    text: (path: string) => context.text(path),
    listFiles: () => context.listFiles(),
  };
}
