import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';

/** The lock of a process on a machine that cannot be judged from here. */
export function fakeLock(path: string): void {
  const owner = {
    host: 'elsewhere',
    boot: 'b',
    pidNamespace: 'n',
    pid: 7,
    start: '1',
    nonce: 'f'.repeat(16),
  };
  const identity = JSON.stringify([
    owner.host,
    owner.boot,
    owner.pidNamespace,
    owner.pid,
    owner.start,
    owner.nonce,
  ]);
  const sum = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  writeFileSync(path, `${JSON.stringify({ owner, sum })}\n`);
}
