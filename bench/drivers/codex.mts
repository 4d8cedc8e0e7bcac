import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Conversation } from './conversation.mts';
import type { Driver, Place } from './driver.mts';
import { JsonRpcProcess } from './jsonRpc.mts';

interface ThreadPage {
  readonly data: readonly unknown[];
  readonly nextCursor: string | null;
}

/** `@openai/codex`: its app-server, `thread/list` and `thread/resume`. */
export const codex: Driver = {
  writeAll(place, conversations) {
    for (const conversation of conversations) write(place, conversation);
  },

  async open({ home, project, modules }) {
    const [program] = globSync(join(modules, '@openai/codex-linux-x64/vendor/*/bin/codex'));
    if (program === undefined) throw new Error('There is no Codex for this machine.');
    const env = { PATH: process.env['PATH'], HOME: home, CODEX_HOME: join(home, '.codex') };
    const server = new JsonRpcProcess(program, ['app-server'], env, project);
    const clientInfo = { name: 'bench', title: 'bench', version: '1' };
    await server.call('initialize', { clientInfo, capabilities: { experimentalApi: true } });
    server.notify('initialized');
    const page = async (limit: number, cursor: string | null): Promise<ThreadPage> =>
      (await server.call('thread/list', { limit, cursor, modelProviders: [] })) as ThreadPage;
    return {
      async list() {
        let count = 0;
        let cursor: string | null = null;
        do {
          const { data, nextCursor } = await page(1000, cursor);
          count += data.length;
          cursor = nextCursor;
        } while (cursor !== null);
        return count;
      },
      firstPage: async () => (await page(50, null)).data.length,
      async resume(threadId) {
        const { thread } = (await server.call('thread/resume', { threadId })) as {
          thread: { turns: readonly unknown[] };
        };
        return thread.turns.length;
      },
      isServer: true,
      close: () => {
        server.close();
      },
    };
  },
};

function write({ home, project }: Place, { id, start, turns }: Conversation): void {
  const lines: string[] = [];
  let time = start;
  const add = (type: string, payload: unknown): void => {
    lines.push(JSON.stringify({ timestamp: new Date((time += 10)).toISOString(), type, payload }));
  };
  const at = new Date(start).toISOString();
  const origin = {
    originator: 'codex_cli_rs',
    cli_version: '0.169.0',
    source: 'cli',
    model_provider: 'openai',
  };
  add('session_meta', { id, timestamp: at, cwd: project, instructions: null, ...origin });
  const say = (role: string, type: string, text: string): void => {
    add('response_item', { type: 'message', role, content: [{ type, text }] });
  };
  for (const { request, calls, answer } of turns()) {
    say('user', 'input_text', request);
    add('event_msg', { type: 'user_message', message: request, images: [] });
    for (const { command, output } of calls) {
      const call_id = `call_${lines.length}`;
      const args = JSON.stringify({ command: ['bash', '-lc', command] });
      add('response_item', { type: 'function_call', name: 'shell', arguments: args, call_id });
      add('response_item', { type: 'function_call_output', call_id, output });
    }
    say('assistant', 'output_text', answer);
    add('event_msg', { type: 'agent_message', message: answer });
  }
  const folder = join(home, '.codex', 'sessions', ...at.slice(0, 10).split('-'));
  mkdirSync(folder, { recursive: true });
  const name = `rollout-${at.slice(0, 19).replaceAll(':', '-')}-${id}.jsonl`;
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
}
