/** Writes until the disk takes no more, in a namespace of its own, and goes on when it does. Tells what it found. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SessionError } from '../../../src/core/errors.ts';
import type { SessionLedger } from '../../../src/core/ports.ts';
import { created, marked, tokenOf } from '../support/events.ts';
import { hostOn } from '../support/hostOn.ts';
import { storeOn } from '../support/onDisk.ts';
import { config, say } from './speak.ts';

export interface DiskConfig {
  readonly mount: string;
  readonly kind: 'full' | 'limit' | 'readonly';
  /** How much a command prints while the disk is full; without one, records are appended. */
  readonly printed: number | null;
}

const { mount, kind, printed } = config() as DiskConfig;
const root = join(mount, 'work');
const filler = join(mount, 'filler');
const id = 'aaaaaaaa-1111-4111-8111-111111111111';
const CODES = { full: 'storage_full', limit: 'storage_full', readonly: 'storage_denied' };

/** Takes all space that is left. */
function fill(): void {
  for (const size of [65_536, 4_096, 512, 1]) {
    for (;;) {
      try {
        writeFileSync(filler, Buffer.alloc(size, 'f'), { flag: 'a' });
      } catch {
        break;
      }
    }
  }
}

function breakDisk(): void {
  if (kind === 'full') fill();
  if (kind === 'readonly') execFileSync('mount', ['-o', 'remount,ro', mount]);
}

function heal(): void {
  if (kind === 'full') rmSync(filler, { force: true });
  if (kind === 'limit')
    execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited:unlimited']);
  if (kind === 'readonly') execFileSync('mount', ['-o', 'remount,rw', mount]);
}

/** Appends until it is refused; resolves with what was acknowledged. */
async function appendUntilRefused(ledger: SessionLedger, tokens: string[]): Promise<void> {
  for (let number = 0; number < 2_000; number++) {
    if (number === 20 && kind === 'full') breakDisk();
    const token = `t${number} ${'x'.repeat(500)}`;
    try {
      await ledger.commit(() => [marked(token)]);
      tokens.push(token);
    } catch (error) {
      const code = error instanceof SessionError ? error.code : String(error);
      say(code === CODES[kind] ? `refused ${code}` : `problem refused with ${code}`);
      return;
    }
  }
  say('problem never refused');
}

async function writeLedger(): Promise<void> {
  let store = storeOn({ root });
  let ledger = await store.create(id, [created(id, root)]);
  const tokens: string[] = [];
  if (kind === 'readonly') {
    // What is open for writing keeps a file system from becoming read-only.
    await store.close();
    breakDisk();
    store = storeOn({ root });
    ledger = await store.open(id);
  }
  await appendUntilRefused(ledger, tokens);
  await ledger
    .commit(() => [marked('still')])
    .then(
      () => tokens.push('still'),
      () => undefined,
    );
  heal();
  await ledger.commit(() => [marked('healed')]);
  tokens.push('healed');
  await store.close();
  const next = storeOn({ root });
  const found = new Set<string | undefined>();
  for await (const batch of next.readRecords(id, 0)) for (const record of batch) found.add(tokenOf(record));
  for (const token of tokens) if (!found.has(token)) say(`problem lost ${token.slice(0, 10)}`);
  const { title } = (await next.open(id)).state.metadata;
  if (title !== 'healed') say(`problem the state says ${title.slice(0, 10)}`);
  await next.close();
  say(`acknowledged ${tokens.length}`);
}

async function runTask(size: number): Promise<void> {
  const host = await hostOn(root);
  const { sessions } = host;
  let paused = 0;
  let isBroken = false;
  const states: string[] = [];
  sessions.onDidChange(change => {
    if (change.kind === 'records' && change.records.some(({ event }) => event.type === 'processStarted')) {
      if (!isBroken) breakDisk();
      isBroken = true;
    }
    if (change.kind !== 'paused' || change.error === null) return;
    paused++;
    say(change.error.code === CODES[kind] ? `refused ${change.error.code}` : `problem ${change.error.code}`);
    void sessions.getTask(change.taskId).then(({ task }) => {
      states.push(task.awaiting ?? task.status);
      heal();
    });
  });
  const task = await sessions.executeTask({ task: `$ sleep 0.1; head -c ${size} /dev/zero | tr '\\0' x` });
  if (task.status !== 'completed') say(`problem the task ${task.status}: ${task.errorCode} ${task.error}`);
  if (paused === 0) say('problem never paused');
  if (!states.includes('storage')) say(`problem it awaits ${states.join()}`);
  const { toolCalls } = await sessions.getTask(task.id);
  const output = toolCalls[0]?.output;
  if (output?.bytes !== size) say(`problem the output has ${output?.bytes} of ${size} bytes`);
  if (output?.blob !== undefined && (await sessions.readBlob(output.blob)) !== 'x'.repeat(size))
    say('problem the output is another');
  await host.close();
  say('acknowledged 1');
}

// What waits for the disk does not keep the process alive; that is for whoever runs the task, as the command line does.
const alive = setInterval(() => undefined, 1_000);
mkdirSync(root, { recursive: true });
(printed === null ? writeLedger() : runTask(printed)).then(
  () => {
    clearInterval(alive);
    say('done');
  },
  (error: unknown) => {
    say(`problem ${error instanceof Error ? (error.stack ?? '') : String(error)}`.replaceAll('\n', ' '));
  },
);
