import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { skip } from '../support/skip.ts';
import { worker } from './support/bundle.ts';
import { Child } from './support/child.ts';
import { created } from './support/events.ts';
import { examine, requireAll } from './support/examine.ts';
import { removeFolder, storeOn, temporaryFolder } from './support/onDisk.ts';
import { Random } from './support/random.ts';
import { Tally } from './support/tally.ts';
import { cases, seed } from './support/tier.ts';
import type { WriterConfig } from './workers/writer.ts';

/** Calls of the system, and what they fail with, as the kernel would have it. */
const INJECTIONS = [
  'fdatasync:EIO',
  'fdatasync:ENOSPC',
  'write:ENOSPC',
  'write:EIO',
  'fsync:EIO',
  'link:EPERM',
  'link:EIO',
  'rename:EACCES',
  'unlink:EROFS',
  'openat:EMFILE',
];

describe('strace: calls of the real system fail', () => {
  before(function () {
    const works = spawnSync('strace', ['-f', '-e', 'trace=none', 'true'], { stdio: 'ignore' }).status === 0;
    if (!works) skip(this, 'strace is not here, or may not trace');
  });

  it('what was acknowledged is there, and nothing is damaged', async () => {
    const tally = new Tally('strace');
    const random = new Random(seed);
    const file = await worker('writer');
    for (let number = 0; number < cases(40, 400); number++) {
      const [call = '', error = ''] = (INJECTIONS[number % INJECTIONS.length] ?? '').split(':');
      const root = temporaryFolder('strace');
      const sessionId = randomUUID();
      const store = storeOn({ root });
      await store.create(sessionId, [created(sessionId, root)]);
      await store.close();
      const log = join(root, 'strace.log');
      const when = `${1 + random.below(3)}${random.chance(0.5) ? '+3' : ''}`;
      // Only what concerns the session's own files, not the pipes and libraries of the program.
      const names = [
        'sessions',
        'locks',
        `sessions/${sessionId}.events.jsonl`,
        `sessions/${sessionId}.events.2.jsonl`,
        `sessions/${sessionId}.session.json`,
        `locks/${sessionId}.lock`,
      ];
      const paths = names.flatMap(name => ['-P', join(root, '.coding-agent', name)]);
      const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:error=${error}:when=${when}`];
      const config: WriterConfig = { root, sessionId, name: `s${number}`, count: 12 };
      const child = new Child({
        file,
        config,
        through: ['strace', '-f', '-qq', '-o', log, ...paths, ...inject],
      });
      await child.exit;
      const what = `${call} ${error} when ${when}`;
      const fired = readFileSync(log, 'utf8')
        .split('\n')
        .filter(line => line.includes('(INJECTED)')).length;
      if (fired > 0) tally.fire(`${error} at ${call}`, fired);
      for (const told of child.told('error'))
        tally.expect(told.startsWith('SessionError'), `${what}: ${told}`);
      const next = storeOn({ root });
      const found = await examine(next, root, sessionId, tally, what, { torn: true });
      requireAll(child.told('ack'), found, tally, what);
      tally.count('acknowledged', child.told('ack').length);
      tally.count('runs');
      await next.close();
      removeFolder(root);
    }
    tally.finish();
  });
});
