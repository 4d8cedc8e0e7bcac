import assert from 'node:assert/strict';
import { hashesIn } from '../../src/store/blobReferences.ts';
import { StorePaths } from '../../src/store/storePaths.ts';
import { systemPause } from '../../src/store/storePorts.ts';
import { InMemoryFileSystem } from '../support/inMemoryFileSystem.ts';
import { stillClock } from './support/diskFixture.ts';
import { ROOT } from './support/memoryFixture.ts';

const FILE = `${ROOT}/session.events.jsonl`;
const CHUNK = 1024 * 1024;

/** Adds up how much is asked for at most. */
class MeasuredDisk extends InMemoryFileSystem {
  asked = 0;

  override read(descriptor: number, buffer: Uint8Array, position: number): number {
    this.asked += buffer.byteLength;
    return super.read(descriptor, buffer, position);
  }
}

describe('what a file refers to', () => {
  const first = 'a'.repeat(64);
  const second = 'b'.repeat(64);
  let disk: MeasuredDisk;

  beforeEach(() => {
    disk = new MeasuredDisk();
    disk.placeDirectory(ROOT);
  });

  async function found(content: string): Promise<string[]> {
    disk.place(FILE, content);
    const ports = { files: disk, paths: new StorePaths(ROOT), clock: stillClock, pause: systemPause };
    const hashes: string[] = [];
    for await (const hash of hashesIn(FILE, ports)) hashes.push(hash);
    return hashes;
  }

  it('is found with no more memory than a small file needs: there may be 100,000 of them', async () => {
    assert.deepEqual(await found(`{"output":"${first}","other":"${second}"}\n`), [first, second]);
    assert.ok(disk.asked < 1024, `${disk.asked} bytes were asked for`);
    assert.deepEqual(await found(''), []);
  });

  it('is found at the end of a large file, and where two pieces of it meet', async () => {
    const between = ' '.repeat(CHUNK - 30);
    assert.deepEqual(new Set(await found(`${between}${first}${between}${second}`)), new Set([first, second]));
    assert.deepEqual(await found(`${between}${'c'.repeat(65)}`), [], 'longer than a name');
  });
});
