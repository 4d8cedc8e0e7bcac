import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Conversation } from './conversation.mts';
import type { Driver, Place } from './driver.mts';

interface Pi {
  readonly SessionManager: {
    list(cwd: string): Promise<unknown[]>;
    open(path: string): { buildSessionContext(): { readonly messages: unknown[] } };
  };
}

const usage = {
  ...{ input: 10, output: 10, cacheRead: 0, cacheWrite: 0, totalTokens: 20 },
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
};

function folderOf({ home, project }: Place): string {
  return join(home, '.pi', 'agent', 'sessions', `--${project.slice(1).replaceAll('/', '-')}--`);
}

function fileOf(place: Place, sessionId: string): string {
  return join(folderOf(place), `2026-01-01T00-00-00-000Z_${sessionId}.jsonl`);
}

/** `@earendil-works/pi-coding-agent`: its own `SessionManager`. */
export const pi: Driver = {
  writeAll(place, conversations) {
    for (const conversation of conversations) write(place, conversation);
  },

  async open(place) {
    const path = join(place.modules, '@earendil-works/pi-coding-agent/dist/core/session-manager.js');
    const { SessionManager } = (await import(pathToFileURL(path).href)) as Pi;
    return {
      list: async () => (await SessionManager.list(place.project)).length,
      resume: sessionId =>
        Promise.resolve(SessionManager.open(fileOf(place, sessionId)).buildSessionContext().messages.length),
      close: () => undefined,
    };
  },
};

function write(place: Place, { id, start, turns }: Conversation): void {
  const lines: string[] = [];
  let parentId: string | null = null;
  let time = start;
  const add = (message: Readonly<Record<string, unknown>>): void => {
    const entry: string = lines.length.toString(16).padStart(8, '0');
    const timestamp = new Date((time += 10)).toISOString();
    const body = { ...message, timestamp: time };
    lines.push(JSON.stringify({ type: 'message', id: entry, parentId, timestamp, message: body }));
    parentId = entry;
  };
  const timestamp = new Date(start).toISOString();
  lines.push(JSON.stringify({ type: 'session', version: 3, id, timestamp, cwd: place.project }));
  const model = { api: 'anthropic-messages', provider: 'anthropic', model: 'm', usage };
  const say = (content: unknown[], stopReason: string): void => {
    add({ role: 'assistant', content, ...model, stopReason });
  };
  for (const { request, calls, answer } of turns()) {
    add({ role: 'user', content: [{ type: 'text', text: request }] });
    for (const { command, output } of calls) {
      const call = `call-${lines.length}`;
      say([{ type: 'toolCall', id: call, name: 'bash', arguments: { command } }], 'toolUse');
      const result = { toolCallId: call, toolName: 'bash', content: [{ type: 'text', text: output }] };
      add({ role: 'toolResult', ...result, isError: false });
    }
    say([{ type: 'text', text: answer }], 'stop');
  }
  if (!existsSync(folderOf(place))) mkdirSync(folderOf(place), { recursive: true });
  writeFileSync(fileOf(place, id), `${lines.join('\n')}\n`);
}
