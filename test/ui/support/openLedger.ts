import type { Host } from '../../../src/host/host.ts';
import { temporaryFolder } from '../../../scripts/vscode/temporary.mts';
import { openHost, profileIn, unattended } from '../../support/openHost.ts';

/** The sessions of a folder, as another program of the same person has them open. The caller closes it. */
export async function openLedger(root: string): Promise<Host> {
  return openHost(root, profileIn(await temporaryFolder('profile')), unattended);
}
