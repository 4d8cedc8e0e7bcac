import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, cacheRoot, exists } from '../scripts/vscode/cache.mts';
import { run } from '../scripts/vscode/processes.mts';

const folder = join(import.meta.dirname, 'peers');

/** Whether the peers are in the cache already. */
export function arePeersInstalled(): Promise<boolean> {
  return exists(join(cacheRoot(), cacheName()));
}

/** The `node_modules` with the peers of bench/peers, installed into the cache first if they are not there. */
export async function installedPeers(): Promise<string> {
  const place = await cached(cacheName(), async target => {
    console.log('  installing the peers into the cache (2 GB on disk), without running their scripts ...');
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      copyFileSync(join(folder, file), join(target, file));
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: target });
  });
  return join(place, 'node_modules');
}

function cacheName(): string {
  const lock = readFileSync(join(folder, 'package-lock.json'));
  return `bench-peers-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}`;
}
