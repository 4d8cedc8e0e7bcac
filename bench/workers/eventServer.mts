/**
 * A server of events that stays until its input ends: `ours ROOT`, or `bare ROOT`. It prints where it is. For each line of its
 * input, which says how many, it publishes that many events and prints when it published which, in nanoseconds.
 */
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../../src/api/server.ts';
import { nullLogger as logger } from '../../src/core/logger.ts';
import { openHost, profileIn, unattended } from '../../test/support/openHost.ts';

interface Publisher {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly publish: (index: number) => Promise<void>;
}

/** Long enough that each is sent on its own. */
const PAUSE_MS = 4;
const WRITER = '0123456789abcdef';
const [what = '', root = ''] = process.argv.slice(2);
const published = new Map<number, string>();

const publisher = what === 'ours' ? await ours() : await bare();
const { publish, ...place } = publisher;
console.log(JSON.stringify(place));
for await (const count of createInterface({ input: process.stdin })) {
  published.clear();
  for (let index = 0; index < Number(count); index++) {
    await publish(index);
    await sleep(PAUSE_MS);
  }
  console.log(JSON.stringify([...published]));
}
process.exit();

async function ours(): Promise<Publisher> {
  const profile = profileIn(root);
  const host = await openHost(root, profile, { ...unattended, logger });
  const { sessions } = host;
  const { sessionId } = await sessions.createSession();
  // Told before the server is.
  sessions.onDidChange(change => {
    if (change.kind !== 'records') return;
    for (const { seq } of change.records) published.set(seq, now());
  });
  const server = await startServer(host, { port: 0, profile, logger, runtimeFolders: [join(root, 'run')] });
  return {
    url: `${server.url}/sessions/${sessionId}/events`,
    headers: { authorization: `Bearer ${server.tokens.read}` },
    publish: async index => {
      await sessions.updateSession(sessionId, { title: `Title ${index}` });
    },
  };
}

async function bare(): Promise<Publisher> {
  const clients = new Set<ServerResponse>();
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 1000\n\n');
    clients.add(response);
    response.once('close', () => clients.delete(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No address.');
  const file = await open(join(root, 'journal'), 'a');
  let seq = 0;
  return {
    url: `http://127.0.0.1:${address.port}/`,
    headers: {},
    publish: async index => {
      seq += 1;
      // As many bytes as ours sends, in the same frame, and like ours after the disk has it.
      const type = 'sessionRenamed';
      const data = { seq, at: new Date(), writer: WRITER, type, data: { title: `Title ${index}` } };
      await file.appendFile(`${JSON.stringify(data)}\n`);
      await file.datasync();
      published.set(seq, now());
      for (const client of clients) client.write(frame(seq, data));
    },
  };
}

function frame(seq: number, data: object): string {
  return `id: ${seq}\nevent: sessionRenamed\ndata: ${JSON.stringify(data)}\n\n`;
}

/** On the clock that all processes of the machine share. */
function now(): string {
  return process.hrtime.bigint().toString();
}
