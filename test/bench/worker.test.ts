import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endLeftovers } from '../../bench/leftovers.mts';
import { runWorker } from '../../bench/worker.mts';
import { skip } from '../support/skip.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';

const benchFolder = join(import.meta.dirname, '../../bench');

describe('a process of a benchmark', function () {
  this.timeout(300_000);
  const temporary = useTemporaryFolder();

  function worker(name: string, text: string): string {
    const path = join(temporary(), `${name}.mjs`);
    writeFileSync(path, text);
    return relative(benchFolder, path);
  }

  it('that never answers is ended at its limit, with what it started', async () => {
    const file = worker(
      'stuck',
      `import { spawn } from 'node:child_process';
       import { writeFileSync } from 'node:fs';
       const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
       writeFileSync(process.argv[2], String(child.pid));
       setInterval(() => {}, 1000);`,
    );
    const note = join(temporary(), 'pid');
    await assert.rejects(runWorker(file, [note], { limitMs: 3_000 }), /no answer in 3 s/);
    // On a machine so busy that it had not come that far there is nothing to be left.
    if (existsSync(note)) await untilGone(Number(readFileSync(note, 'utf8')));
  });

  it('that fails says with what', async () => {
    const file = worker('failing', `throw new Error('no such table: sessions');`);
    await assert.rejects(runWorker(file, []), /no such table: sessions/);
  });

  it('leaves nothing running that has its home, however it was started', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux shows the variables of a process');
    const home = temporary();
    const file = worker(
      'leaving',
      `import { spawn } from 'node:child_process';
       const options = { stdio: 'ignore', detached: true };
       const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], options);
       child.once('spawn', () => { child.unref(); process.stdout.write(JSON.stringify(child.pid)); });`,
    );
    const pid = await runWorker<number>(file, [], { env: { HOME: home } });
    assert.equal(endLeftovers(home), 1);
    await untilGone(pid);
    assert.equal(endLeftovers(home), 0);
  });
});

async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(20);
  }
}
