import { join } from 'node:path';
import type { Host } from '../../../src/host/host.ts';
import { openHost, profileIn } from '../../support/openHost.ts';

/** A host that trusts its folder and asks whoever listens. The profile is beside the root. */
export function hostOn(root: string): Promise<Host> {
  return openHost(root, profileIn(join(root, '..')));
}
