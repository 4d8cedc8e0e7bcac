import { join } from 'node:path';
import { nullLogger } from '../../src/core/logger.ts';
import { createHost } from '../../src/host/createHost.ts';
import type { Host, HostOptions, UserProfile } from '../../src/host/host.ts';
import { MemoryCurrentSession } from '../../src/host/memoryCurrentSession.ts';

/** What belongs to a person, below a folder that the caller removes. */
export function profileIn(folder: string): UserProfile {
  return { config: join(folder, 'config'), cache: join(folder, 'cache'), state: join(folder, 'state') };
}

/**
 * A host on `root` that trusts its folder, asks whoever listens and has no limits; `given` says what is different. The
 * caller closes it.
 */
export function openHost(
  root: string,
  profile: UserProfile,
  given: Partial<HostOptions> = {},
): Promise<Host> {
  const trusted = (): Promise<boolean> => Promise.resolve(true);
  return createHost({
    ...{ root, profile, logger: nullLogger, current: new MemoryCurrentSession() },
    trust: { isTrusted: trusted, requestTrust: trusted },
    approvals: { canAsk: () => true, timeoutMs: null },
    ...{ approveInAdvance: false, commandTimeoutMs: null },
    ...given,
  });
}

/** As a script has it: nobody can be asked, and what is inside the folder is approved in advance. */
export const unattended = {
  approvals: { canAsk: () => false, timeoutMs: null },
  approveInAdvance: true,
} as const;
