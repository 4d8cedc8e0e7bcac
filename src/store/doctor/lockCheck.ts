import { join } from 'node:path';
import { isSessionId } from '../../core/session.ts';
import { fileOwner } from '../sessionLock.ts';
import type { StorePorts } from '../storePorts.ts';
import type { Findings } from './findings.ts';
import { problemOf } from '../regularFile.ts';

const LOCK = /^([0-9a-f-]{36})\.lock(?:\.[0-9a-f.]+)?$/;
const TAKE_OVER = 'If it no longer runs: `coding-agent doctor --take-over`.';

/** Tells of every file in `locks/` that is not a living process's. Resolves with the bytes in there. */
export async function checkLocks(ports: StorePorts, findings: Findings): Promise<number> {
  const { files, paths } = ports;
  let bytes = 0;
  for (const name of await files.readdir(paths.locks)) {
    const path = join(paths.locks, name);
    const stat = files.lstat(path);
    if (stat === undefined) continue;
    bytes += stat.size;
    const [, sessionId] = LOCK.exec(name) ?? [];
    if (stat.kind !== 'file') findings.damage('foreignFile', path, problemOf(stat));
    else if (name.endsWith('.tmp')) {
      // This process writes it at this moment.
      const isOwn = name.startsWith(`${ports.processes.self.nonce}-`);
      if (!isOwn) tellOfTemporary(findings, path, stat.size);
    } else if (isSessionId(sessionId)) tellOfLock(ports, findings, path, sessionId);
    else if (name.endsWith('.owner')) tellOfOwner(ports, findings, path);
    else findings.info('foreignFile', path, 'It is none of this program. Move it elsewhere or delete it.');
  }
  return bytes;
}

export function tellOfTemporary(findings: Findings, path: string, size: number): void {
  const what = `A write that was interrupted left it (${size} bytes). It can be deleted when nothing runs.`;
  findings.info('temporaryFile', path, what);
}

function tellOfLock(ports: StorePorts, findings: Findings, path: string, sessionId: string): void {
  const { holder, verdict } = fileOwner(path, ports);
  if (verdict === 'free' || verdict === 'alive') return;
  if (typeof holder !== 'object') {
    const what = `It does not say whose it is, so it is never taken from anybody, and the session cannot be written to. ${TAKE_OVER}`;
    findings.damage('unreadableLock', path, what, { sessionId });
    return;
  }
  const who = `process ${holder.pid} on ${holder.host}`;
  if (verdict === 'dead')
    findings.info('oldLock', path, `Its owner, ${who}, is dead. The next write to the session removes it.`, {
      sessionId,
    });
  else {
    const what = `Its owner, ${who}, cannot be judged from here. ${TAKE_OVER}`;
    findings.info('foreignLock', path, what, { sessionId });
  }
}

function tellOfOwner(ports: StorePorts, findings: Findings, path: string): void {
  if (fileOwner(path, ports).verdict === 'dead')
    findings.info('oldLock', path, 'The process that it names is dead. The next one that ends removes it.');
}
