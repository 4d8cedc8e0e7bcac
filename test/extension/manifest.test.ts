import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { CommandId, SettingId, ViewId } from '../../src/extension/contributionIds.ts';
import { thisExtension } from './support/thisExtension.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category: string }[];
    readonly menus: Readonly<Record<string, readonly { command: string; when?: string }[]>>;
    readonly views: { readonly codingAgent: readonly { id: string }[] };
    readonly configuration: { readonly properties: Readonly<Record<string, { scope: string }>> };
  };
}

const alwaysInPalette = [
  ...['createSession', 'switchSession', 'endSession', 'runTask', 'resumeSession', 'searchSessions'],
  ...['showStats', 'showOutput', 'refresh'],
].map(name => `codingAgent.${name}`);

describe('manifest', () => {
  let manifest: Manifest;
  let contributes: Manifest['contributes'];

  before(() => {
    // As written: VS Code's own copy has the texts of package.nls.json in it.
    manifest = JSON.parse(
      readFileSync(join(thisExtension().extensionPath, 'package.json'), 'utf8'),
    ) as Manifest;
    ({ contributes } = manifest);
  });

  it('contributes the commands that the code knows, and VS Code has a handler for each', async () => {
    const contributed = contributes.commands.map(({ command }) => command).sort();
    assert.deepEqual(contributed, Object.values(CommandId).sort());
    await thisExtension().activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributed.filter(id => !registered.has(id) && id !== CommandId.showTaskHistory);
    assert.deepEqual(missing, []);
  });

  it('always offers the commands of the main job in the palette', () => {
    const restricted = contributes.menus['commandPalette']?.map(({ command }) => command) ?? [];
    assert.deepEqual(
      alwaysInPalette.filter(id => restricted.includes(id)),
      [],
    );
    assert.ok(contributes.commands.every(({ category }) => category === 'Coding Agent'));
  });

  it('contributes the views and settings that the code knows', () => {
    assert.deepEqual(
      contributes.views.codingAgent.map(({ id }) => id),
      Object.values(ViewId),
    );
    assert.deepEqual(Object.keys(contributes.configuration.properties), Object.values(SettingId));
    assert.equal(contributes.configuration.properties[SettingId.commandTimeout]?.scope, 'machine');
  });

  it('has every text that it names, and names every text that it has', () => {
    const text = JSON.stringify(manifest);
    const named = new Set([...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key));
    const path = join(thisExtension().extensionPath, 'package.nls.json');
    const texts = Object.keys(JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>);
    assert.deepEqual([...named].sort(), texts.sort());
  });
});
