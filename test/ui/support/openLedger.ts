import { nullLogger } from '../../../src/core/logger.ts';
import type { SessionChoice } from '../../../src/core/ports.ts';
import { createHost } from '../../../src/host/createHost.ts';
import type { Host } from '../../../src/host/host.ts';
import { temporaryFolder } from '../../../scripts/vscode/temporary.mts';

/** The sessions of a folder, as another program of the same person has them open. The caller closes it. */
export async function openLedger(root: string): Promise<Host> {
  const profile = await temporaryFolder('profile');
  let choice: SessionChoice | undefined;
  const trusted = () => Promise.resolve(true);
  return createHost({
    root,
    profile: { config: profile, cache: profile, state: profile },
    trust: { isTrusted: trusted, requestTrust: trusted },
    current: {
      get: () => Promise.resolve(choice),
      set: next => {
        choice = next;
        return Promise.resolve();
      },
    },
    approvals: { canAsk: () => false, timeoutMs: null },
    approveInAdvance: true,
    commandTimeoutMs: null,
    logger: nullLogger,
  });
}
