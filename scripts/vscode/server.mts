import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import type { InstalledServer } from './install.mts';
import { freePort, OutputTail, run, spawnGroup, stopGroup } from './processes.mts';

const startTimeoutMs = 180_000;
const readyLine = 'Extension host agent listening';

export interface ServerOptions {
  /** Holds all that this VS Code writes. Must exist. */
  readonly dataDir: string;
  readonly extensionsDir?: string;
  /** VSIX files to install before the start. */
  readonly vsix?: readonly string[];
  /** False starts with Workspace Trust switched on, so that a folder opens in Restricted Mode until trusted. */
  readonly trusted?: boolean;
  /** False uses the real user's XDG folders. Tests never do. */
  readonly ownFolders?: boolean;
  /** Lets a page drive the editor and run extension tests. */
  readonly automation?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: NodeJS.ProcessEnv;
  readonly port?: number;
  /** A program to start it through, such as a tracer, with its arguments. */
  readonly through?: readonly string[];
}

export interface RunningServer {
  readonly port: number;
  readonly dataDir: string;
  stop(): Promise<void>;
}

/** Starts a VS Code server on 127.0.0.1 and resolves when it listens. */
export async function startServer(
  installed: InstalledServer,
  options: ServerOptions,
): Promise<RunningServer> {
  const { dataDir } = options;
  const extensionsDir = options.extensionsDir ?? join(dataDir, 'extensions');
  const own = options.ownFolders === false ? {} : await ownFolders(dataDir);
  const env = { ...process.env, ...own, ...options.env };
  const dirs = ['--user-data-dir', dataDir, '--server-data-dir', dataDir, '--extensions-dir', extensionsDir];

  await mkdir(extensionsDir, { recursive: true });
  await mkdir(join(dataDir, 'Machine'), { recursive: true });
  await writeFile(join(dataDir, 'Machine', 'settings.json'), JSON.stringify(options.settings ?? {}, null, 2));
  for (const file of options.vsix ?? []) {
    await run(installed.node, [installed.serverMain, ...dirs, '--install-extension', file, '--force'], {
      env,
    });
  }

  const port = options.port ?? (await freePort());
  const args = [installed.serverMain, ...dirs, '--host', '127.0.0.1', '--port', String(port)];
  args.push('--without-connection-token', '--accept-server-license-terms', '--disable-telemetry');
  if (options.automation !== false) {
    // The second: it ends by itself when nobody is connected, should whoever started it be killed.
    args.push('--enable-smoke-test-driver', '--enable-remote-auto-shutdown');
  }
  if (options.trusted !== false) args.push('--disable-workspace-trust');
  const [program = installed.node, ...rest] = [...(options.through ?? []), installed.node, ...args];
  const child = spawnGroup(program, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    await untilReady(child);
  } catch (error) {
    await stopGroup(child);
    throw error;
  }
  return { port, dataDir, stop: () => stopGroup(child) };
}

/** Keeps what VS Code and extensions write for their user (trust, cache, sockets) out of the real user's folders. */
async function ownFolders(dataDir: string): Promise<NodeJS.ProcessEnv> {
  const env: NodeJS.ProcessEnv = {};
  for (const name of ['CONFIG', 'CACHE', 'DATA', 'STATE'])
    env[`XDG_${name}_HOME`] = join(dataDir, 'xdg', name.toLowerCase());
  env['XDG_RUNTIME_DIR'] = join(dataDir, 'run');
  for (const folder of Object.values(env))
    if (folder !== undefined) await mkdir(folder, { recursive: true, mode: 0o700 });
  return env;
}

async function untilReady(child: ChildProcess): Promise<void> {
  const output = new OutputTail(child);
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => fail(`did not start in ${startTimeoutMs / 1000} s`), startTimeoutMs);
    const fail = (what: string) => {
      clearTimeout(timer);
      reject(new Error(`The VS Code server ${what}.\n${output.text}`));
    };
    child.once('error', error => fail(`could not be started: ${error.message}`));
    child.once('exit', code => fail(`ended with ${code}`));
    child.stdout?.on('data', () => {
      if (!output.text.includes(readyLine)) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

export interface PageAddress {
  /** A folder or a .code-workspace file; nothing opens an empty window. */
  readonly workspace?: string;
  readonly extensionDevelopmentPath?: string;
  readonly extensionTestsPath?: string;
  readonly skipWelcome?: boolean;
}

export function pageUrl(port: number, address: PageAddress): string {
  const authority = `127.0.0.1:${port}`;
  const url = new URL(`http://${authority}/`);
  const { workspace } = address;
  if (workspace === undefined) url.searchParams.set('ew', 'true');
  else url.searchParams.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', workspace);

  const payload: [string, string][] = [];
  if (address.skipWelcome === true) payload.push(['skipWelcome', 'true']);
  for (const key of ['extensionDevelopmentPath', 'extensionTestsPath'] as const) {
    const path = address[key];
    if (path !== undefined) payload.push([key, `vscode-remote://${authority}${path}`]);
  }
  if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}
