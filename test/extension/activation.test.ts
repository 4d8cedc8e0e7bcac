import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openApi, thisExtension } from './support/thisExtension.ts';

describe('activation', () => {
  it('returns the API, frozen', async () => {
    const api = await openApi();
    const names = 'createSession endSession executeTask getSession listSessions onDidChange switchSession';
    assert.deepEqual(Object.keys(api).sort(), names.split(' '));
    assert.ok(Object.isFrozen(api));
  });

  it('says what it supports of Restricted Mode and virtual workspaces', () => {
    const { capabilities } = thisExtension().packageJSON as {
      capabilities: { untrustedWorkspaces: { supported: string }; virtualWorkspaces: { supported: boolean } };
    };
    assert.equal(capabilities.untrustedWorkspaces.supported, 'limited');
    assert.equal(capabilities.virtualWorkspaces.supported, false);
    assert.equal(vscode.workspace.isTrusted, true);
  });
});
