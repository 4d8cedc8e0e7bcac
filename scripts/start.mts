/**
 * `npm start`: VS Code with this extension on a demo workspace. The desktop VS Code if `code` is on the path, else the
 * server build from npm, to be opened in a browser. `-- --headless` runs the demo session through the CLI instead;
 * `-- --fresh` forgets the demo workspace of earlier starts.
 */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runDemoSession } from './demo/session.mts';
import { createDemoWorkspace } from './demo/workspace.mts';
import { onPath } from './vscode/systemPackages.mts';
import { cacheRoot, exists } from './vscode/cache.mts';
import { prepareServer } from './vscode/prepare.mts';
import { run } from './vscode/processes.mts';
import { releases } from './vscode/releases.mts';
import { pageUrl, startServer } from './vscode/server.mts';

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    headless: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    port: { type: 'string' },
  },
});

if (values.headless) {
  await build();
  await runDemoSession(join(root, 'dist', 'cli.js'));
} else {
  const desktop = await onPath('code');
  const workspace = await demoWorkspace();
  console.log(`Demo workspace: ${workspace}`);
  if (desktop === undefined) await startInBrowser(workspace);
  else await startDesktop(desktop, workspace);
}

async function build(): Promise<void> {
  console.log('Building ...');
  await run(process.execPath, ['esbuild.js'], { cwd: root });
}

async function demoWorkspace(): Promise<string> {
  const folder = join(cacheRoot(), 'demo', 'profile-demo');
  if (values.fresh) await rm(folder, { recursive: true, force: true });
  return (await exists(folder)) ? folder : createDemoWorkspace(folder);
}

async function startDesktop(code: string, workspace: string): Promise<void> {
  await build();
  console.log(`Opening ${code}. This ends when you close its window.`);
  await run(code, ['--new-window', '--wait', `--extensionDevelopmentPath=${root}`, workspace], {
    output: 'inherit',
    timeoutMs: null,
  });
}

async function startInBrowser(workspace: string): Promise<void> {
  console.log(
    'There is no desktop VS Code (`code`) on the path, so this uses the server build of VS Code in a browser.',
  );
  const installed = await prepareServer(releases.current);
  if ('missing' in installed) throw new Error(installed.missing);
  console.log('Packaging the extension ...');
  await run('npm', ['run', '--silent', 'package'], { cwd: root });

  // A profile of its own, kept from start to start; the demo workspace is ours, so nobody has to be asked about trust.
  const dataDir = join(cacheRoot(), 'demo', 'vscode');
  const server = await startServer(installed, {
    dataDir,
    vsix: [join(root, 'dist', 'coding-agent-sessions.vsix')],
    automation: false,
    ownFolders: false,
    settings: { 'workbench.startupEditor': 'none', 'workbench.secondarySideBar.defaultVisibility': 'hidden' },
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
  });
  console.log(
    `\nVS Code ${installed.release.vscode} with the extension is running. Open this in a browser:\n`,
  );
  console.log(`  ${pageUrl(server.port, { workspace })}\n`);
  console.log(
    'Click "Coding Agent" in the activity bar, or press F1 and type "Coding Agent". Ctrl-C ends it.',
  );
}
