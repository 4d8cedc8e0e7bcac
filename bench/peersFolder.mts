import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, cacheRoot, exists } from '../scripts/vscode/cache.mts';
import { run } from '../scripts/vscode/processes.mts';
import type { PeerName } from './drivers/drivers.mts';

/** Whether a peer is in the cache already. */
export function isPeerInstalled(name: PeerName): Promise<boolean> {
  return exists(join(cacheRoot(), cacheName(name)));
}

/** The `node_modules` with a peer of bench/peers, installed into the cache first if it is not there. */
export async function installedPeer(name: PeerName): Promise<string> {
  const place = await cached(cacheName(name), async target => {
    console.log(`  installing ${packageOf(name)} into the cache, without running its scripts ...`);
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      copyFileSync(fileOf(name, file), join(target, file));
    // Not `npm ci`: it refuses a lock without the builds for platforms that a registry does not offer.
    const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', args, { cwd: target });
  });
  return join(place, 'node_modules');
}

/** The package of a peer and the version that is measured, as in `opencode-ai 1.18.33`. */
export function packageOf(name: PeerName): string {
  const { dependencies } = JSON.parse(readFileSync(fileOf(name, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  return Object.entries(dependencies)
    .map(parts => parts.join(' '))
    .join(', ');
}

function cacheName(name: PeerName): string {
  const lock = readFileSync(fileOf(name, 'package-lock.json'));
  return `bench-peer-${name}-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}`;
}

function fileOf(name: PeerName, file: string): string {
  return join(import.meta.dirname, 'peers', name, file);
}
