import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Random } from '../random.mts';
import type { Conversation } from './conversation.mts';
import type { Driver, Place } from './driver.mts';

interface ClaudeSdk {
  listSessions(options: { dir: string; limit?: number }): Promise<unknown[]>;
  getSessionMessages(sessionId: string, options: { dir: string; limit?: number }): Promise<unknown[]>;
}

function folderOf({ home, project }: Place): string {
  return join(home, '.claude', 'projects', project.replaceAll(/[^a-zA-Z0-9]/g, '-'));
}

/** `@anthropic-ai/claude-agent-sdk`: `listSessions` and `getSessionMessages`. */
export const claude: Driver = {
  writeAll(place, conversations) {
    for (const conversation of conversations) write(place, conversation);
  },

  async open({ modules, project: dir }) {
    const path = join(modules, '@anthropic-ai/claude-agent-sdk/sdk.mjs');
    const sdk = (await import(pathToFileURL(path).href)) as ClaudeSdk;
    return {
      list: async () => (await sdk.listSessions({ dir })).length,
      firstPage: async () => (await sdk.listSessions({ dir, limit: 50 })).length,
      resume: async sessionId => (await sdk.getSessionMessages(sessionId, { dir, limit: 50 })).length,
      close: () => undefined,
    };
  },
};

function write(place: Place, { id, start, turns }: Conversation): void {
  const random = new Random(start);
  const lines: string[] = [];
  let parentUuid: string | null = null;
  let time = start;
  const add = (type: string, message: unknown): void => {
    const uuid = random.uuid();
    const about = { isSidechain: false, userType: 'external', cwd: place.project, sessionId: id };
    const origin = {
      version: '2.1.0',
      gitBranch: 'main',
      uuid,
      timestamp: new Date((time += 10)).toISOString(),
    };
    lines.push(JSON.stringify({ parentUuid, ...about, type, message, ...origin }));
    parentUuid = uuid;
  };
  const answered = { stop_sequence: null, usage: { input_tokens: 10, output_tokens: 10 } };
  const say = (content: unknown[], stop_reason: string): void => {
    const message = {
      id: `msg_${random.hex(12)}`,
      type: 'message',
      role: 'assistant',
      model: 'm',
      content,
    };
    add('assistant', { ...message, stop_reason, ...answered });
  };
  for (const { request, calls, answer } of turns()) {
    add('user', { role: 'user', content: request });
    for (const { command, output } of calls) {
      const call = `toolu_${random.hex(12)}`;
      say([{ type: 'tool_use', id: call, name: 'Bash', input: { command } }], 'tool_use');
      const result = { tool_use_id: call, type: 'tool_result', content: output, is_error: false };
      add('user', { role: 'user', content: [result] });
    }
    say([{ type: 'text', text: answer }], 'end_turn');
  }
  if (!existsSync(folderOf(place))) mkdirSync(folderOf(place), { recursive: true });
  writeFileSync(join(folderOf(place), `${id}.jsonl`), `${lines.join('\n')}\n`);
}
