import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Random } from '../random.mts';
import type { Conversation } from './conversation.mts';
import type { Driver, Place } from './driver.mts';

interface GeminiCore {
  loadConversationRecord(
    path: string,
    options?: { readonly metadataOnly?: boolean },
  ): Promise<{ readonly messages: unknown[] } | null>;
}

function folderOf({ home }: Place): string {
  return join(home, '.gemini', 'tmp', 'project', 'chats');
}

function nameOf(sessionId: string): string {
  return `session-2026-01-01T00-00-${sessionId}.jsonl`;
}

/** `@google/gemini-cli-core`: what its CLI does to list (every record, metadata only) and to resume. */
export const gemini: Driver = {
  writeAll(place, conversations) {
    for (const conversation of conversations) write(place, conversation);
  },

  async open(place) {
    const path = join(place.modules, '@google/gemini-cli-core/dist/src/services/chatRecordingService.js');
    const core = (await import(pathToFileURL(path).href)) as GeminiCore;
    const folder = folderOf(place);
    return {
      async list() {
        const load = (name: string): Promise<unknown> =>
          core.loadConversationRecord(join(folder, name), { metadataOnly: true });
        const records = await Promise.all(readdirSync(folder).map(load));
        return records.filter(record => record !== null).length;
      },
      async resume(sessionId) {
        return (await core.loadConversationRecord(join(folder, nameOf(sessionId))))?.messages.length ?? 0;
      },
      close: () => undefined,
    };
  },
};

function write(place: Place, { id, start, turns }: Conversation): void {
  const random = new Random(start);
  const at = new Date(start).toISOString();
  const lines = [
    JSON.stringify({ sessionId: id, projectHash: 'project', startTime: at, lastUpdated: at, kind: 'main' }),
  ];
  let time = start;
  const add = (message: Readonly<Record<string, unknown>>): void => {
    const timestamp = new Date((time += 10)).toISOString();
    lines.push(JSON.stringify({ id: random.uuid(), timestamp, ...message }));
  };
  for (const { request, calls, answer } of turns()) {
    add({ type: 'user', content: [{ text: request }] });
    for (const { command, output } of calls) {
      const call = random.uuid();
      const response = { id: call, name: 'run_shell_command', response: { output } };
      const toolCall = {
        ...{ id: call, name: 'run_shell_command', args: { command }, status: 'success', timestamp: at },
        result: [{ functionResponse: response }],
      };
      add({ type: 'gemini', content: '', model: 'm', thoughts: [], tokens: null, toolCalls: [toolCall] });
    }
    add({ type: 'gemini', content: answer, model: 'm', thoughts: [], tokens: null });
  }
  mkdirSync(folderOf(place), { recursive: true });
  writeFileSync(join(folderOf(place), nameOf(id)), `${lines.join('\n')}\n`);
}
