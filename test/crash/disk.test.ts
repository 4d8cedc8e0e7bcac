import { spawnSync } from 'node:child_process';
import { skip } from '../support/skip.ts';
import { worker } from './support/bundle.ts';
import { Child } from './support/child.ts';
import { removeFolder, temporaryFolder } from './support/onDisk.ts';
import { Random } from './support/random.ts';
import { Tally } from './support/tally.ts';
import { cases, seed } from './support/tier.ts';
import type { DiskConfig } from './workers/disk.ts';

const KINDS = ['full', 'limit', 'readonly'] as const;

function works(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

describe('disk: it is full, limited or read-only', () => {
  before(function () {
    const mounting = ['-Urm', 'sh', '-c', 'mount -t tmpfs tmpfs /tmp'];
    if (!works('unshare', mounting))
      skip(this, 'no file system can be mounted in a namespace of its own here');
    if (!works('prlimit', ['--fsize=1000000', 'true'])) skip(this, 'there is no prlimit here');
  });

  it('typed errors, nothing acknowledged that was not stored, and work resumes', async () => {
    const tally = new Tally('disk');
    const random = new Random(seed);
    const file = await worker('disk');
    for (let number = 0; number < cases(60, 600); number++) {
      const kind = random.pick(KINDS);
      // A read-only disk is no reason to wait, and a limit is not one that goes away by itself.
      const isTask = kind === 'full' && random.chance(0.5);
      const size = (isTask || kind === 'limit' ? 512 : 64) + random.below(960);
      const mount = temporaryFolder('disk');
      const limit = kind === 'limit' ? `prlimit --fsize=${4_096 + random.below(100_000)}:unlimited ` : '';
      const script = `mount -t tmpfs -o size=${size}k tmpfs '${mount}' && exec ${limit}"$@"`;
      const printed = isTask ? random.pick([12_000, 60_000]) : null;
      const config: DiskConfig = { mount, kind, printed };
      const child = new Child({ file, config, through: ['unshare', '-Urm', 'sh', '-c', script, 'sh'] });
      await child.until('done');
      child.signal('SIGKILL');
      await child.exit;
      const what = `${kind}, ${size} KB${printed === null ? '' : `, mid-task, ${printed} bytes printed`}`;
      tally.expect(child.lines.includes('done'), `${what}: not done: ${child.lines.join()} ${child.errors}`);
      for (const problem of child.told('problem')) tally.fail(`${what}: ${problem}`);
      for (const code of child.told('refused')) tally.fire(`${kind}: ${code}`);
      for (const count of child.told('acknowledged')) tally.count('acknowledged', Number(count));
      tally.count(isTask ? 'mid-task' : 'ledgers');
      removeFolder(mount);
    }
    tally.finish();
  });
});
