/** Makes something large and uses it, in a process with little memory. Tells how much it took. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemIds } from '../../../src/host/systemPorts.ts';
import { encodeRecord } from '../../../src/store/journalLine.ts';
import { created, marked } from '../support/events.ts';
import { storeOn } from '../support/onDisk.ts';
import { config, say } from './speak.ts';

export interface ScaleConfig {
  readonly root: string;
  readonly step: 'make sessions' | 'list sessions' | 'make large' | 'open large' | 'output';
  readonly size: number;
}

const { root, step, size } = config() as ScaleConfig;
const cache = join(root, '../cache');
const id = 'aaaaaaaa-1111-4111-8111-111111111111';
const MB = 1024 * 1024;

function makeSessions(): void {
  const folder = join(root, '.coding-agent/sessions');
  mkdirSync(folder, { recursive: true });
  for (let number = 0; number < size; number++) {
    const sessionId = systemIds.uuid();
    const at = new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
    const event = created(sessionId, root, `session ${number}`);
    writeFileSync(
      join(folder, `${sessionId}.events.jsonl`),
      encodeRecord({ seq: 1, at, writer: 'w', event }),
    );
  }
}

async function listSessions(): Promise<void> {
  const store = storeOn({ root, cache });
  for (const temperature of ['cold', 'warm']) {
    const start = performance.now();
    let count = 0;
    let cursor: string | undefined;
    do {
      const page = await store.list({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
      count += page.sessions.length;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    if (count !== size) say(`problem ${count} of ${size} sessions are listed`);
    say(`figure ${Math.round(performance.now() - start)} ms to list all, ${temperature}, at most`);
  }
  await store.close();
}

async function makeLarge(): Promise<void> {
  const store = storeOn({ root, cache });
  const ledger = await store.create(id, [created(id, root)]);
  const text = 'x'.repeat(30_000);
  for (let bytes = 0; bytes < size * MB; bytes += 32 * text.length)
    await Promise.all(
      Array.from({ length: 32 }, (_, index) => ledger.commit(() => [marked(`${index} ${text}`)])),
    );
  await ledger.commit(() => [marked('last')]);
  await store.close();
}

async function openLarge(): Promise<void> {
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const store = storeOn({ root, cache });
  const { title } = (await store.open(id)).state.metadata;
  if (title !== 'last') say('problem the large session is not read to its end');
  say(`figure ${Math.round(performance.now() - start)} ms to open the large session, at most`);
  const grown = Math.round((process.memoryUsage().rss - before) / MB);
  if (grown > 150) say(`problem opening takes ${grown} MB`);
  say(`figure ${grown} MB more memory for it, at most`);
  let records = 0;
  for await (const batch of store.readRecords(id, 0)) records += batch.length;
  say(`figure ${records} records read from it`);
  await store.close();
}

async function output(): Promise<void> {
  const store = storeOn({ root, cache });
  const blob = store.createBlob();
  const piece = 'x'.repeat(64 * 1024);
  for (let bytes = 0; bytes < size * MB; bytes += piece.length) await blob.write(piece);
  const hash = await blob.finish();
  const { length } = await store.readBlob(hash);
  if (length < size * MB) say(`problem the output has ${length} bytes`);
  await store.close();
}

const STEPS: Readonly<Record<ScaleConfig['step'], () => void | Promise<void>>> = {
  'make sessions': makeSessions,
  'list sessions': listSessions,
  'make large': makeLarge,
  'open large': openLarge,
  output,
};

Promise.resolve(STEPS[step]()).then(
  () => {
    say('done');
  },
  (error: unknown) => {
    say(`problem ${String(error)}`);
  },
);
