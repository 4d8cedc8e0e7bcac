import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, cacheRoot } from '../../scripts/vscode/cache.mts';

describe('the cache of what scripts install', () => {
  const before = process.env['XDG_CACHE_HOME'];
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cache-'));
    process.env['XDG_CACHE_HOME'] = folder;
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  });

  it('fills a folder once, also for two that ask at the same time', async () => {
    let fills = 0;
    const fill = async (target: string) => {
      fills++;
      await new Promise(resolve => setTimeout(resolve, 20));
      writeFileSync(join(target, 'file'), 'content');
    };
    const [one, two] = await Promise.all([cached('thing', fill), cached('thing', fill)]);
    assert.equal(one, two);
    assert.equal(fills, 1);
    assert.equal(readFileSync(join(one, 'file'), 'utf8'), 'content');
    assert.deepEqual(readdirSync(cacheRoot()), ['thing']);
  });

  it('leaves nothing behind when filling fails, and tries again the next time', async () => {
    const broken = cached('thing', async target => {
      writeFileSync(join(target, 'half'), '');
      throw new Error('no network');
    });
    await assert.rejects(broken, /no network/);
    assert.deepEqual(readdirSync(cacheRoot()), []);
    await cached('thing', async target => writeFileSync(join(target, 'whole'), ''));
    assert.deepEqual(readdirSync(join(cacheRoot(), 'thing')), ['whole']);
  });

  it('takes over the lock of a process that is dead', async () => {
    const lock = join(cacheRoot(), 'thing.lock');
    mkdirSync(lock, { recursive: true });
    writeFileSync(join(lock, 'pid'), '4194304'); // One more than the largest pid that Linux gives.
    await cached('thing', async () => undefined);
    assert.ok(!existsSync(lock));
  });
});
