import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Checkpoints } from '../../src/core/checkpoints.ts';
import { createProcessTable } from '../../src/host/processTable.ts';
import { systemIds } from '../../src/host/systemPorts.ts';
import { createCheckpoints } from '../../src/workspace/checkpoints/createCheckpoints.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';

const FILES = 10_000;
const A_FOLDER = 100;
const FILE_BYTES = 4096;
const CHANGED = 10;
/** Git has a tree of each folder: 20 bytes for each entry that cannot be compressed, and its name. */
const ENTRY_BYTES = 30;
const GITS = 3;

describe(`a capture of ${FILES} files, ${CHANGED} of them changed`, function () {
  this.timeout(10 * 60_000);
  const folder = useTemporaryFolder();
  const path = process.env['PATH'] ?? '';
  let random = 1;
  let count = 0;
  afterEach(() => {
    process.env['PATH'] = path;
  });

  it('starts a handful of git, reads what changed, and keeps what changed', async () => {
    const root = join(folder(), 'work');
    const objects = join(root, '.coding-agent/checkpoints/objects');
    const started = countGit();
    for (let index = 0; index < FILES; index++) {
      if (index % A_FOLDER === 0) mkdirSync(join(root, `d${index / A_FOLDER}`), { recursive: true });
      write(fileOf(root, index), words());
    }
    const checkpoints = createCheckpoints({ root, processes: createProcessTable(systemIds) });
    await capture(checkpoints, root);
    const begin = bytesIn(objects);
    let content = 0;
    let before = begin;
    for (let isPacked = false; !isPacked;) {
      assert.ok(count < 60, 'it is packed some time');
      const compressed = change(root);
      content += compressed;
      const calls = started().length;
      const read = bytesRead();
      await capture(checkpoints, root);
      const [made, looked, now] = [started().slice(calls), bytesRead(), bytesIn(objects)];
      isPacked = made.some(args => args.includes('repack'));
      if (!isPacked) {
        assert.ok(made.length <= GITS, `${made.length} git: ${made.join('; ')}`);
        const lists = (CHANGED + 1) * A_FOLDER * ENTRY_BYTES;
        assert.ok(now - before <= compressed + lists, `grew by ${now - before}, content ${compressed}`);
        if (read !== undefined && looked !== undefined) {
          const most = CHANGED * FILE_BYTES + 300_000;
          assert.ok(looked - read <= most, `${looked - read} bytes were read`);
        }
      }
      before = now;
    }
    // In a pack the lists are differences: what remains is the content.
    const grown = before - begin;
    assert.ok(grown <= content * 1.25, `${grown} bytes for ${content} bytes of content, compressed`);
    execFileSync('git', ['fsck', '--full', '--no-dangling'], {
      env: { ...process.env, GIT_DIR: join(objects, '..') },
      stdio: 'ignore',
    });
  });

  function capture(checkpoints: Checkpoints, root: string): Promise<string> {
    return checkpoints.capture(root, { keepAs: `tasks/task-${++count}/after` });
  }

  /** Resolves with what the new contents take, compressed. */
  function change(root: string): number {
    let bytes = 0;
    for (let index = 0; index < CHANGED; index++) {
      const text = words();
      bytes += deflateSync(text, { level: 1 }).length;
      write(fileOf(root, Math.floor(next() * FILES)), text);
    }
    return bytes;
  }

  /** A while ago: what was written in the second of its index, git reads once more. */
  function write(file: string, text: string): void {
    writeFileSync(file, text);
    utimesSync(file, count, count);
  }

  /** Text that compresses as sources do, and is not like any other. */
  function words(): string {
    let text = '';
    while (text.length < FILE_BYTES)
      text += `${Math.floor(next() * 2 ** 20).toString(36)}${next() < 0.1 ? '\n' : ' '}`;
    return text.slice(0, FILE_BYTES);
  }

  function next(): number {
    random = (random * 48_271) % 2_147_483_647;
    return random / 2_147_483_647;
  }

  /** Puts a git before the real one that notes how it is called. */
  function countGit(): () => readonly string[] {
    const log = join(folder(), 'calls');
    const bin = join(folder(), 'bin');
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    mkdirSync(bin);
    writeFileSync(join(bin, 'git'), `#!/bin/sh\necho "$*" >> '${log}'\nexec '${real}' "$@"\n`);
    chmodSync(join(bin, 'git'), 0o755);
    process.env['PATH'] = `${bin}${delimiter}${path}`;
    return () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []);
  }
});

function fileOf(root: string, index: number): string {
  return join(root, `d${Math.floor(index / A_FOLDER)}`, `f${index % A_FOLDER}.txt`);
}

/** By this process and the processes it waited for; `undefined` where the system does not say. */
function bytesRead(): number | undefined {
  if (process.platform !== 'linux' || !existsSync('/proc/self/io')) return undefined;
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => statSync(join(folder, name)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}
