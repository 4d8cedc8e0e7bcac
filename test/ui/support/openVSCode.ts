import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Context } from 'mocha';
import { createDemoWorkspace } from '../../../scripts/demo/workspace.mts';
import { ensureBrowser } from '../../../scripts/vscode/browser.mts';
import { openEditor, type Editor, type EditorOptions } from '../../../scripts/vscode/editor.mts';
import { skip } from '../../support/skip.ts';

/** What people install; `npm run package` makes it. */
const vsix = resolve(import.meta.dirname, '../../../dist/coding-agent-sessions.vsix');

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
  options: Omit<EditorOptions, 'browserPath'> = {},
): Promise<VSCode> {
  const browser = await ensureBrowser();
  if ('missing' in browser) return skip(context, browser.missing);
  context.timeout(180_000);

  const temporary = options.workspace === undefined ? await mkdtemp(join(tmpdir(), 'ui-')) : undefined;
  const workspace =
    options.workspace ?? (await createDemoWorkspace(join(temporary ?? tmpdir(), 'profile-demo')));
  const what = options.extensionDir === undefined ? { vsix } : {};
  const editor = await openEditor({ ...what, ...options, workspace, browserPath: browser.path });
  const vscode: VSCode = {
    ...editor,
    workspace,
    close: async () => {
      open.delete(vscode);
      await editor.close();
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    },
  };
  open.add(vscode);
  return vscode;
}

/** Those that are open now, for the screenshots of a failure and for the leak check. */
export function openEditors(): readonly VSCode[] {
  return [...open];
}
