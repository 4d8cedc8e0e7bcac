/** Appends to a session and tells of each token once it is acknowledged, until it is done or killed. */
import type { SessionLedger, SessionStore } from '../../../src/core/ports.ts';
import { systemIds } from '../../../src/host/systemPorts.ts';
import { nodeFileSystem } from '../../../src/store/nodeFileSystem.ts';
import { marked } from '../support/events.ts';
import { strikingAt } from '../support/killingFiles.ts';
import { guarded } from '../support/guardedFiles.ts';
import { storeOn } from '../support/onDisk.ts';
import { config, say } from './speak.ts';

export interface WriterConfig {
  readonly root: string;
  readonly sessionId: string;
  readonly name: string;
  /** How many tokens; until killed when not given. */
  readonly count?: number | null;
  /** Only single commits, each after the one before. */
  readonly plain?: boolean;
  /** A file that exists while the lock is held: whoever finds it made by a living process tells. */
  readonly guard?: string;
  /** Stops itself at every so many locks while it holds one; needs a guard. */
  readonly freezeEvery?: number;
  /** Kills itself at this call of the file system. */
  readonly dieAt?: { readonly call: number; readonly when: 'before' | 'after' };
}

const {
  root,
  sessionId,
  name,
  plain = false,
  dieAt,
  guard,
  freezeEvery = Infinity,
} = config() as WriterConfig;
const { count: given } = config() as WriterConfig;
const count = given ?? Infinity;
const dying =
  dieAt &&
  strikingAt(nodeFileSystem, dieAt.call, dieAt.when, operation => {
    say(`fired ${operation}`);
    process.kill(process.pid, 'SIGKILL');
  });

const files = guard === undefined ? dying : guarded(nodeFileSystem, { file: guard, freezeEvery, tell: say });

async function work(store: SessionStore, ledger: SessionLedger): Promise<void> {
  for (let number = 0; number < count;) {
    const group = plain ? 1 : Math.min(count - number, number % 5 === 4 ? 6 : 1);
    const tokens = Array.from({ length: group }, () => `${name}-${number++}`);
    await Promise.all(tokens.map(token => append(ledger, token)));
    if (plain) continue;
    // The end of a session is when its snapshot is written.
    if (number % 7 === 3) {
      await ledger.commit(() => [{ type: 'sessionEnded', data: { status: 'completed' } }]);
      await ledger.commit(() => [{ type: 'sessionReopened', data: {} }]);
    }
    if (number % 9 === 5) {
      const blob = store.createBlob();
      await blob.write(`${name} ${number} ${'x'.repeat(20_000)}`);
      say(`blob ${await blob.finish()}`);
    }
  }
}

async function append(ledger: SessionLedger, token: string): Promise<void> {
  await ledger.commit(() => [marked(token)]);
  say(`ack ${token}`);
}

async function main(): Promise<void> {
  const store = storeOn({ root, ...(files && { files }) });
  const ledger = await store.open(sessionId);
  const seen: string[] = [];
  ledger.onDidAppend(records => {
    for (const { seq } of records) seen.push(String(seq));
  });
  say(`ready ${systemIds.hex(4)} ${process.pid}`);
  await work(store, ledger);
  say(`seen ${seen.join(',')}`);
  await store.close();
  say('done');
}

main().catch((error: unknown) => {
  say(`error ${error instanceof Error ? `${error.name} ${error.message}` : String(error)}`);
  process.exitCode = 1;
});
