import { readdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { cached, cacheRoot, exists } from './cache.mts';
import { run } from './processes.mts';
import { nodeSizeMb, type EditorRelease } from './releases.mts';

const quietNpm = ['--no-audit', '--no-fund', '--loglevel=error'];
const installTimeoutMs = 20 * 60_000;

export interface InstalledServer {
  readonly release: EditorRelease;
  readonly node: string;
  readonly serverMain: string;
}

export async function isInstalled(release: EditorRelease): Promise<boolean> {
  return exists(join(cacheRoot(), cacheName(release)));
}

/** The VS Code server of `release`, installed into the cache first if it is not there yet. */
export async function ensureServer(release: EditorRelease): Promise<InstalledServer> {
  const node = await ensureNode(release.nodeMajor);
  const folder = await cached(cacheName(release), target => installServer(release, node, target));
  return { release, node, serverMain: join(codeFolder(folder), 'out', 'server-main.js') };
}

function cacheName(release: EditorRelease): string {
  return `code-server-${release.codeServer}`;
}

function codeFolder(folder: string): string {
  return join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

async function ensureNode(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const folder = await cached(`node-${major}`, async target => {
    console.log(`Installing Node ${major} for the tests into the cache (about ${nodeSizeMb} MB) ...`);
    await writeFile(
      join(target, 'package.json'),
      JSON.stringify({ private: true, allowScripts: { node: true } }),
    );
    const args = ['install', '--prefix', target, ...quietNpm, `node@${major}`];
    await run('npm', args, { cwd: target, timeoutMs: installTimeoutMs });
  });
  return join(folder, 'node_modules', 'node', 'bin', 'node');
}

async function installServer(release: EditorRelease, node: string, target: string): Promise<void> {
  const size = `about ${release.sizeMb} MB, one to three minutes, once`;
  console.log(`Installing VS Code ${release.vscode} (server build) from npm into the cache (${size}) ...`);
  const env = { ...process.env, PATH: [dirname(node), process.env['PATH'] ?? ''].join(delimiter) };
  const npm = (cwd: string, args: string[]) =>
    run('npm', [...args, '--prefix', cwd, ...quietNpm], { cwd, env, timeoutMs: installTimeoutMs });

  await npm(target, ['install', '--ignore-scripts', `code-server@${release.codeServer}`]);
  const code = codeFolder(target);
  await npm(code, ['install', '--omit=dev', '--ignore-scripts']);
  await npm(join(code, 'extensions'), ['install', '--omit=dev', '--ignore-scripts']);

  // The one native part that matters: without it the editor runs, but output channels stay empty.
  const headers = await headersOf(node);
  const from = headers === undefined ? [] : [`--nodedir=${headers}`];
  await npm(code, ['rebuild', '@vscode/spdlog', ...from]);
  console.log(`VS Code ${release.vscode} is installed.`);
}

/** The npm package `node` carries the C++ headers of its version, so nothing else has to be downloaded. */
async function headersOf(node: string): Promise<string | undefined> {
  const packages = join(dirname(dirname(node)), 'node_modules');
  const names = await readdir(packages).catch(() => []);
  for (const name of names) {
    const folder = join(packages, name);
    if (await exists(join(folder, 'include', 'node', 'node.h'))) return folder;
  }
  return undefined;
}
