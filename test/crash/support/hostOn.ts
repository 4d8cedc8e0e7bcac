import { join } from 'node:path';
import { nullLogger } from '../../../src/core/logger.ts';
import { createHost } from '../../../src/host/createHost.ts';
import type { Host } from '../../../src/host/host.ts';
import { MemoryCurrentSession } from '../../../src/host/memoryCurrentSession.ts';

/** A host that trusts its folder and asks whoever listens. The profile is beside the root. */
export function hostOn(root: string): Promise<Host> {
  return createHost({
    root,
    profile: {
      config: join(root, '../config'),
      cache: join(root, '../cache'),
      state: join(root, '../state'),
    },
    trust: { isTrusted: () => Promise.resolve(true), requestTrust: () => Promise.resolve(true) },
    current: new MemoryCurrentSession(),
    approvals: { canAsk: () => true, timeoutMs: null },
    approveInAdvance: false,
    commandTimeoutMs: null,
    logger: nullLogger,
  });
}
