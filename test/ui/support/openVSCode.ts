import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context } from 'mocha';
import { createDemoWorkspace } from '../../../scripts/demo/workspace.mts';
import { openEditor, type Editor, type EditorOptions } from '../../../scripts/vscode/editor.mts';
import { prepareEditor } from '../../../scripts/vscode/prepare.mts';
import { releases, type EditorRelease } from '../../../scripts/vscode/releases.mts';
import { removeFolder, temporaryFolder } from '../../../scripts/vscode/temporary.mts';
import { skip } from '../../support/skip.ts';

/** What people install; `npm run package` makes it. */
const vsix = resolve(import.meta.dirname, '../../../dist/coding-agent-sessions.vsix');

/** Long enough to install VS Code first, where that has not been done. */
const startTimeoutMs = 40 * 60_000;

export interface VSCode extends Editor {
  readonly workspace: string;
}

const open = new Set<VSCode>();

/**
 * Opens a VS Code as a person sees it, with the packaged extension: on `workspace`, or on a new demo workspace that
 * `close()` removes. For a `before` hook or a test; where there is no browser it skips that, with the reason.
 */
export async function openVSCode(
  context: Context,
  options: EditorOptions & { readonly release?: EditorRelease } = {},
): Promise<VSCode> {
  context.timeout(startTimeoutMs);
  const prepared = await prepareEditor(options.release ?? releases.current);
  if ('missing' in prepared) return skip(context, prepared.missing);
  if (options.extensionDir === undefined && !existsSync(options.vsix ?? vsix)) {
    throw new Error('There is no package to install: run "npm run package" first.');
  }

  const temporary = await temporaryFolder('ui');
  const workspace = options.workspace ?? (await createDemoWorkspace(join(temporary, 'profile-demo')));
  const what = options.extensionDir === undefined ? { vsix } : {};
  const editor = await openEditor(prepared, { ...what, ...options, workspace });
  const vscode: VSCode = {
    ...editor,
    workspace,
    close: async () => {
      open.delete(vscode);
      await editor.close();
      removeFolder(temporary);
    },
  };
  open.add(vscode);
  return vscode;
}

/** Those that are open now, for the screenshots of a failure and for the leak check. */
export function openEditors(): readonly VSCode[] {
  return [...open];
}
