import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { chromium, type Browser } from 'playwright-core';
import { run } from './processes.mts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const size = '115 MB to download, 415 MB on disk';
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where a browser is, or why there is none. */
export type BrowserSearch = { readonly path: string } | { readonly missing: string };

/** Finds Chromium, and installs it with apt-get where that is allowed: as root, with CI set or a yes on the terminal. */
export async function ensureBrowser(): Promise<BrowserSearch> {
  const found = await findBrowser();
  if (found !== undefined) return { path: found };
  if ((await onPath('apt-get')) === undefined)
    return { missing: 'Chromium is not installed and there is no apt-get' };
  if (process.getuid?.() !== 0) return { missing: 'Chromium is not installed, and only root can install it' };
  if (!(await mayInstall())) return { missing: 'Chromium is not installed (set CI=1 to have it installed)' };

  console.log(`Installing Chromium with apt-get (${size}) ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update'], { env });
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], {
      env,
    });
  } catch (error) {
    return {
      missing: `Chromium could not be installed: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  const installed = await findBrowser();
  return installed === undefined ? { missing: 'apt-get installed no Chromium' } : { path: installed };
}

export async function launchBrowser(executablePath: string, headless = true): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless,
    args: flags,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
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

async function findBrowser(): Promise<string | undefined> {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen !== undefined) return chosen;
  for (const name of names) {
    const path = await onPath(name);
    if (path !== undefined) return path;
  }
  return undefined;
}

async function mayInstall(): Promise<boolean> {
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') return true;
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Install Chromium with apt-get (${size})? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
