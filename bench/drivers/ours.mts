import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskShape } from '../generateEvents.mts';
import { SessionWriter } from '../generateSessions.mts';
import { firstPage, listAll, openStore } from '../openStore.mts';
import type { DiskStore } from '../../src/store/sessionStore.ts';
import type { Conversation } from './conversation.mts';
import type { Driver, Place } from './driver.mts';

/** Characters of a piece of output, as it comes from a command. */
const CHUNK = 2_000;

/** Ourselves: the store as a host has it, its index in a cache folder of its own. */
export const ours = {
  writeAll({ project }, conversations) {
    const writer = new SessionWriter(project, 1);
    for (const { id, start, turns } of conversations)
      writer.write({ sessionId: id, start, tasks: tasksOf(turns()) });
  },

  open(place) {
    const store = openOurs(place);
    return Promise.resolve({
      list: async () => (await listAll(store)).length,
      firstPage: async () => (await store.list({ limit: 50 })).sessions.length,
      resume: sessionId => firstPage(store, sessionId),
      close: () => store.close(),
    });
  },
} satisfies Driver;

export function openOurs({ home, project }: Place): DiskStore {
  const cache = join(home, 'index');
  mkdirSync(cache, { recursive: true });
  return openStore(project, { cache });
}

function* tasksOf(turns: ReturnType<Conversation['turns']>): Generator<TaskShape> {
  for (const { request, calls, answer } of turns) {
    const output = calls.map(call => call.output);
    const text = output.join('');
    let at = 0;
    yield {
      ...{ calls: calls.length, output: output[0]?.length ?? 0, chunk: CHUNK },
      ...{ description: request, summary: answer },
      text: (_, length) => text.slice(at, (at += length)),
    };
  }
}
