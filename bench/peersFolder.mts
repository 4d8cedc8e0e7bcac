import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../scripts/vscode/cache.mts';
import { run } from '../scripts/vscode/processes.mts';

const folder = join(import.meta.dirname, 'peers');

/** The `node_modules` with the peers of bench/peers, installed into the cache first if they are not there. */
export async function installedPeers(): Promise<string> {
  const lock = readFileSync(join(folder, 'package-lock.json'));
  const name = `bench-peers-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}`;
  const place = await cached(name, async target => {
    console.log('  installing the peers into the cache (2 GB on disk), without running their scripts ...');
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      copyFileSync(join(folder, file), join(target, file));
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: target });
  });
  return join(place, 'node_modules');
}
