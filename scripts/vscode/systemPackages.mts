import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { run } from './processes.mts';

const installTimeoutMs = 20 * 60_000;

export interface SystemPackages {
  readonly what: string;
  readonly packages: readonly string[];
  readonly size: string;
}

/**
 * Installs packages with apt-get where that is allowed: as root, with CI set or after a yes on the terminal. Returns
 * why it was not done, or undefined when it was.
 */
export async function installSystemPackages(wanted: SystemPackages): Promise<string | undefined> {
  const { what, packages, size } = wanted;
  if ((await onPath('apt-get')) === undefined) return `${what} is not installed and there is no apt-get`;
  if (process.getuid?.() !== 0) return `${what} is not installed, and only root can install it`;
  if (!(await mayInstall(what, size))) return `${what} is not installed (set CI=1 to have it installed)`;

  console.log(`Installing ${what} with apt-get (${size}) ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const timeoutMs = installTimeoutMs;
  try {
    await run('apt-get', ['update'], { env, timeoutMs });
    await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env, timeoutMs });
  } catch (error) {
    return `${what} could not be installed: ${error instanceof Error ? error.message : String(error)}`;
  }
  return undefined;
}

/** The full path of a program that can be run by name. */
export async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}

async function mayInstall(what: string, size: string): Promise<boolean> {
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') return true;
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Install ${what} with apt-get (${size})? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
