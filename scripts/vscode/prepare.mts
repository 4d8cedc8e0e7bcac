import { ensureBrowser } from './browser.mts';
import { ensureServer, isInstalled, type InstalledServer } from './install.mts';
import type { EditorRelease } from './releases.mts';
import { installSystemPackages, onPath, type SystemPackages } from './systemPackages.mts';

/** What a machine lacks that these scripts may not install themselves. Reason enough to skip, with this text. */
export interface Missing {
  readonly missing: string;
}

export interface PreparedEditor {
  readonly server: InstalledServer;
  readonly browserPath: string;
}

const buildTools = ['python3', 'make', 'g++'];
const buildPackages: SystemPackages = {
  what: `what VS Code is built with (${buildTools.join(', ')})`,
  packages: buildTools,
  size: 'about 250 MB on disk',
};

/** Makes sure that the VS Code server of `release` is here. */
export async function prepareServer(release: EditorRelease): Promise<InstalledServer | Missing> {
  if (!(await isInstalled(release))) {
    const found = await Promise.all(buildTools.map(onPath));
    const missing = found.includes(undefined) ? await installSystemPackages(buildPackages) : undefined;
    if (missing !== undefined) return { missing };
  }
  return ensureServer(release);
}

/** Makes sure that the VS Code server of `release` and a browser for it are here. */
export async function prepareEditor(release: EditorRelease): Promise<PreparedEditor | Missing> {
  const browser = await ensureBrowser();
  if ('missing' in browser) return browser;
  const server = await prepareServer(release);
  return 'missing' in server ? server : { server, browserPath: browser.path };
}
