/**
 * Keeps a VS Code with this extension running, to try things and take screenshots. See test/ui/README.md.
 *   node scripts/vscode.mts [--workspace DIR] [--script FILE] [--untrusted] [--release current|minimum]
 *                           [--extension DIR | --vsix FILE]
 */
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createDemoWorkspace } from './demo/workspace.mts';
import { openEditor } from './vscode/editor.mts';
import { prepareEditor } from './vscode/prepare.mts';
import { parseRelease } from './vscode/releases.mts';
import { temporaryFolder } from './vscode/temporary.mts';
import type { EditorWindow } from './vscode/window.mts';

const { values } = parseArgs({
  options: {
    workspace: { type: 'string' },
    script: { type: 'string' },
    untrusted: { type: 'boolean', default: false },
    release: { type: 'string' },
    extension: { type: 'string' },
    vsix: { type: 'string' },
  },
});

async function demoWorkspace(): Promise<string> {
  return createDemoWorkspace(join(await temporaryFolder('coding-agent-demo'), 'profile-demo'));
}

const prepared = await prepareEditor(parseRelease(values.release));
if ('missing' in prepared) throw new Error(prepared.missing);
const workspace = values.workspace === undefined ? await demoWorkspace() : resolve(values.workspace);
const editor = await openEditor(prepared, {
  workspace,
  trusted: !values.untrusted,
  ...(values.vsix === undefined
    ? { extensionDir: resolve(values.extension ?? `${import.meta.dirname}/..`) }
    : { vsix: resolve(values.vsix) }),
});
console.log(`Workspace ${workspace}`);
console.log(`Open it yourself: ${editor.window.page.url()}`);

if (values.script !== undefined) {
  const script = (await import(pathToFileURL(resolve(values.script)).href)) as {
    default(window: EditorWindow): Promise<void>;
  };
  try {
    await script.default(editor.window);
  } catch (error) {
    console.error(error);
    console.error(`As it was then: ${await editor.window.screenshot('failure')}`);
    process.exitCode = 1;
  }
  await editor.close();
} else {
  console.log('Ctrl-C ends it.');
}
