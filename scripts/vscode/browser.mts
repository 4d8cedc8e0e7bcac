import { chromium, type Browser } from 'playwright-core';
import { installSystemPackages, onPath, type SystemPackages } from './systemPackages.mts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const chromiumPackages: SystemPackages = {
  what: 'Chromium',
  packages: ['chromium', 'fonts-dejavu-core'],
  size: '115 MB to download, 415 MB on disk',
};
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where a browser is (CHROMIUM_PATH chooses one), installed first where that is allowed, or why there is none. */
export async function ensureBrowser(): Promise<{ readonly path: string } | { readonly missing: string }> {
  const found = await findBrowser();
  if (found !== undefined) return { path: found };
  const missing = await installSystemPackages(chromiumPackages);
  if (missing !== undefined) return { missing };
  const installed = await findBrowser();
  return installed === undefined ? { missing: 'apt-get installed no Chromium' } : { path: installed };
}

export async function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: flags,
    // processes.mts ends this process on a signal, and playwright then ends the browser.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
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
