import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../../src/host/host.ts';
import { hostOn } from '../../crash/support/hostOn.ts';
import { useTemporaryFolder } from '../../support/temporaryFolder.ts';

/** Hosts on folders of their own, as on several machines: each has its root in `NAME/root` and its profile beside it. */
export interface Hosts {
  readonly temporary: () => string;
  readonly host: (name: string) => Promise<Host>;
}

/** Each test of the suite that calls this gets hosts, which are closed before their folders are removed. */
export function useHosts(): Hosts {
  const hosts: Host[] = [];
  afterEach(async () => {
    for (const made of hosts.splice(0)) await made.close();
  });
  const temporary = useTemporaryFolder();
  return {
    temporary,
    async host(name) {
      const root = join(temporary(), name, 'root');
      mkdirSync(root, { recursive: true });
      const made = await hostOn(root);
      hosts.push(made);
      return made;
    },
  };
}
