import fs from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SessionEvent } from '../../src/core/events.ts';
import type { SessionLedger, SessionStore } from '../../src/core/ports.ts';
import { nodeFileSystem } from '../../src/store/nodeFileSystem.ts';
import type { BenchContext } from '../context.mts';
import { owner } from '../generateEvents.mts';
import { generateSessionOf, SessionWriter } from '../generateSessions.mts';
import { openStore } from '../openStore.mts';
import { Random } from '../random.mts';
import { atMost, ratioRow, type Row, valueRow } from '../row.mts';
import { interleaveFinely, timed } from '../rounds.mts';

/** Appends in a round, of which the median counts. */
const repeats = 60;
const group = 64;
const warmUps = 1000;
const datasync = promisify(fs.fdatasync);

/** What recording an event costs: for short and long sessions, one by one and in groups, against the bare disk. */
export async function appendSuite(context: BenchContext): Promise<Row[]> {
  const folder = context.folder('append');
  const rows = [
    ...(await byLength(context, folder, true)),
    ...(await byLength(context, folder, false)),
    ...(await againstDisk(context, folder)),
  ];
  rows.push(await writtenBytes(context));
  context.removeFolder(folder);
  return rows;
}

async function byLength(context: BenchContext, folder: string, durable: boolean): Promise<Row[]> {
  const lengths = { short: 10, middle: context.scaled(5_000), long: context.scaled(200_000) };
  const files = durable ? nodeFileSystem : { ...nodeFileSystem, datasync: () => Promise.resolve() };
  const store = openStore(folder, { files });
  context.say(
    `appending to sessions of ${Object.values(lengths).join(', ')} events${durable ? '' : ', without fdatasync'}`,
  );
  let seed = durable ? 1000 : 2000;
  const open = (events: number): Promise<SessionLedger> =>
    store.open(generateSessionOf(folder, events, seed++).sessionId);
  const middle = await open(lengths.middle);
  const long = await open(lengths.long);
  let turns = 0;
  let short: SessionLedger | undefined;
  // A new one now and then, so that it stays a short one.
  const renewShort = async (): Promise<SessionLedger> => {
    if (short === undefined || turns++ % repeats === 0) {
      short?.dispose();
      short = await open(lengths.short);
      await append(short);
    }
    return short;
  };
  const measured = await interleaveFinely(context.rounds, repeats, {
    short: async () => {
      const ledger = await renewShort();
      return timed(() => append(ledger));
    },
    middle: () => timed(() => append(middle)),
    long: () => timed(() => append(long)),
  });
  await store.close();
  const how = durable ? 'durable append' : 'append without the disk (no fdatasync)';
  return [
    ratioRow(`${how} at ${lengths.middle} events to one at 10`, measured.middle, measured.short, atMost(1.2)),
    ratioRow(`${how} at ${lengths.long} events to one at 10`, measured.long, measured.short, atMost(1.2)),
  ];
}

const event: SessionEvent = {
  type: 'sessionRenamed',
  data: { title: `A title of a usual length ${'x'.repeat(100)}` },
};

const append = (ledger: SessionLedger): Promise<unknown> => ledger.commit(() => [event]);

async function againstDisk(context: BenchContext, folder: string): Promise<Row[]> {
  context.say('appending against write + fdatasync');
  const store = openStore(folder);
  const ledger = await store.open(generateSessionOf(folder, 100, 3000).sessionId);
  const descriptor = fs.openSync(join(folder, 'bare'), 'a');
  const line = Buffer.alloc(330, 'x');
  const bare = (sync: () => unknown): Promise<number> =>
    timed(async () => {
      fs.writeSync(descriptor, line);
      await sync();
    });
  // As in a host that has recorded a task or two.
  for (let turn = 0; turn < warmUps; turn++) await append(ledger);
  const measured = await interleaveFinely(context.rounds, repeats, {
    bare: () => bare(() => datasync(descriptor)),
    blocking: () =>
      bare(() => {
        fs.fdatasyncSync(descriptor);
      }),
    single: () => timed(() => append(ledger)),
    grouped: async () =>
      (await timed(() => Promise.all(Array.from({ length: group }, () => append(ledger))))) / group,
  });
  ledger.dispose();
  await store.close();
  fs.closeSync(descriptor);
  const { single, bare: awaited, blocking, grouped } = measured;
  return [
    ratioRow(
      'durable append under its lock to bare write + fdatasync, awaited as ours is',
      single,
      awaited,
      atMost(1.6),
    ),
    ratioRow('the same to a bare fdatasync that blocks the process, which ours never does', single, blocking),
    ratioRow(`one of ${group} appended together to a single one`, grouped, single, atMost(0.08)),
  ];
}

/** All that is written anywhere while one task streams, to the bytes of the events that were handed over. */
async function writtenBytes(context: BenchContext): Promise<Row> {
  const total = context.scaled(24 * 1024 * 1024);
  context.say('recording a long stream');
  const folder = context.folder('stream');
  let written = 0;
  const files = {
    ...nodeFileSystem,
    append(descriptor: number, bytes: Uint8Array): number {
      const count = nodeFileSystem.append(descriptor, bytes);
      written += count;
      return count;
    },
  };
  const store = openStore(folder, { files });
  const { sessionId } = new SessionWriter(folder, 4000).write({ tasks: [] });
  const handed = await stream(store, sessionId, total);
  // Before it closes: what closing writes belongs to the end of the task, not to the stream.
  const during = written;
  await store.close();
  context.removeFolder(folder);
  const quantity = 'bytes written per byte of events on a long stream within one task';
  return valueRow(quantity, during / handed, 'x', atMost(1.25));
}

/** One task that runs command after command, each printing 16 KiB in pieces as 50 ms of output are. */
async function stream(store: SessionStore, sessionId: string, total: number): Promise<number> {
  const random = new Random(7);
  const ledger = await store.open(sessionId);
  let handed = 0;
  const record = async (...events: SessionEvent[]): Promise<void> => {
    handed += Buffer.byteLength(events.map(one => JSON.stringify(one)).join(''));
    await ledger.commit(() => events);
  };
  const taskId = 'task-1';
  const taskType = 'command';
  await record(
    {
      type: 'taskCreated',
      data: { taskId, taskType, description: '$ x', origin: 'person', agent: 'auto', attempt: 1, owner },
    },
    { type: 'taskStarted', data: { taskId, epoch: 1, owner } },
  );
  for (let call = 1; handed < total; call++) {
    const callId = `call-${call}`;
    const input = { command: 'npm test' };
    await record({
      type: 'toolCallRequested',
      data: { taskId, callId, stepId: null, tool: 'run_command', input },
    });
    let tail = '';
    for (let piece = 0; piece < 8; piece++) {
      const text = random.text(2048);
      tail = text;
      await record({ type: 'outputAppended', data: { taskId, callId, text } });
    }
    const output = { bytes: 8 * 2048, tail };
    await record({
      type: 'toolCallEnded',
      data: { taskId, callId, status: 'completed', exitCode: 0, duration: 10, output },
    });
  }
  ledger.dispose();
  return handed;
}
