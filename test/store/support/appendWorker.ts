/** Appends records to a session and prints each title once it is acknowledged: ROOT SESSION NAME COUNT. */
import { writeSync } from 'node:fs';
import { nullLogger } from '../../../src/core/logger.ts';
import { createSessionStore } from '../../../src/store/sessionStore.ts';
import { renamed, systemClock, systemIds, systemProcesses } from './diskFixture.ts';

const [root = '', sessionId = '', name = '', count = '0'] = process.argv.slice(2);
const processes = systemProcesses();
const store = createSessionStore({ root, clock: systemClock, ids: systemIds, processes, logger: nullLogger });
const ledger = await store.open(sessionId);
for (let index = 0; index < Number(count); index++) {
  const title = `${name}-${index}`;
  await ledger.commit(() => [renamed(title)]);
  writeSync(1, `${title}\n`);
}
await store.close();
