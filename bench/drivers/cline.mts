import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { run } from '../../scripts/vscode/processes.mts';
import type { Conversation } from './conversation.mts';
import type { Driver, Place } from './driver.mts';

interface ClineCore {
  list(limit: number): Promise<unknown[]>;
  readMessages(sessionId: string): Promise<unknown[]>;
  dispose(): Promise<void>;
}

interface Package {
  readonly ClineCore: {
    create(options: {
      readonly backendMode: 'local';
      readonly clientName: string;
      readonly distinctId: string;
    }): Promise<ClineCore>;
  };
  readonly SqliteSessionStore: new () => { list(limit: number): unknown[]; close(): void };
}

/**
 * `@cline/core`: in this process and without its hub, on its own database and files. `ClineCore.list` never gives more than
 * 2,000 sessions, whatever the limit, so all of them are listed by the store below it, which it exports too.
 */
export const cline: Driver = {
  /** The store makes its tables when it is first opened. */
  async prepare(place) {
    mkdirSync(join(dataOf(place), 'db'), { recursive: true });
    mkdirSync(sessionsOf(place), { recursive: true });
    const script = `import { SqliteSessionStore } from ${JSON.stringify(moduleOf(place))};
      new SqliteSessionStore().init(); process.exit(0);`;
    await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: place.project,
      env: { PATH: process.env['PATH'], HOME: place.home },
    });
  },

  writeAll(place, conversations) {
    const database = new DatabaseSync(join(dataOf(place), 'db', 'sessions.db'));
    const columns = Object.keys(rowOf(place, '', '', ''));
    const insert = database.prepare(
      `insert into sessions (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    );
    database.exec('begin');
    for (const conversation of conversations) {
      const row = write(place, conversation);
      insert.run(...columns.map(column => row[column] ?? null));
    }
    database.exec('commit; pragma wal_checkpoint(truncate)');
    database.close();
  },

  async open(place) {
    const { ClineCore, SqliteSessionStore } = (await import(moduleOf(place))) as Package;
    const core = await ClineCore.create({ backendMode: 'local', clientName: 'bench', distinctId: 'bench' });
    const store = new SqliteSessionStore();
    return {
      list: () => Promise.resolve(store.list(1_000_000).length),
      firstPage: async () => (await core.list(50)).length,
      resume: async sessionId => (await core.readMessages(sessionId)).length,
      close: async () => {
        store.close();
        await core.dispose();
      },
    };
  },
};

function moduleOf({ modules }: Place): string {
  return pathToFileURL(join(modules, '@cline/core/dist/index.js')).href;
}

function dataOf({ home }: Place): string {
  return join(home, '.cline', 'data');
}

function sessionsOf(place: Place): string {
  return join(dataOf(place), 'sessions');
}

function rowOf(place: Place, id: string, at: string, prompt: string): Record<string, SQLInputValue> {
  return {
    ...{ session_id: id, source: 'cli', pid: 0, started_at: at, ended_at: at, exit_code: 0 },
    ...{ status: 'completed', status_lock: 0, interactive: 0, provider: 'anthropic', model: 'm' },
    ...{
      cwd: place.project,
      workspace_root: place.project,
      enable_tools: 1,
      enable_spawn: 0,
      enable_teams: 0,
    },
    ...{ is_subagent: 0, prompt, metadata_json: JSON.stringify(aboutOf(prompt)), transcript_path: '' },
    ...{ hook_path: '', messages_path: messagesOf(place, id), updated_at: at },
  };
}

/** With these its list need not look into the messages. */
function aboutOf(title: string): object {
  return { title, totalCost: 0.01 };
}

function messagesOf(place: Place, id: string): string {
  return join(sessionsOf(place), id, `${id}.messages.json`);
}

function write(place: Place, { id, start, turns }: Conversation): Record<string, SQLInputValue> {
  const messages: unknown[] = [];
  let prompt = '';
  for (const { request, calls, answer } of turns()) {
    prompt ||= request;
    messages.push({ role: 'user', content: [{ type: 'text', text: request }] });
    for (const { command, output } of calls) {
      const call = `call-${messages.length}`;
      const use = { type: 'tool_use', id: call, name: 'run_commands', input: { commands: [command] } };
      messages.push({ role: 'assistant', content: [use] });
      messages.push({
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: call, content: output, is_error: false }],
      });
    }
    messages.push({ role: 'assistant', content: [{ type: 'text', text: answer }] });
  }
  const at = new Date(start).toISOString();
  const folder = join(sessionsOf(place), id);
  mkdirSync(folder);
  const file = { version: 1, updated_at: at, agent: 'lead', sessionId: id, messages, system_prompt: '' };
  writeFileSync(messagesOf(place, id), `${JSON.stringify(file, null, 2)}\n`);
  const manifest = {
    ...{ version: 1, session_id: id, source: 'cli', pid: 0, started_at: at, ended_at: at, exit_code: 0 },
    ...{ status: 'completed', interactive: false, provider: 'anthropic', model: 'm', cwd: place.project },
    ...{ workspace_root: place.project, enable_tools: true, enable_spawn: false, enable_teams: false },
    ...{ prompt, metadata: aboutOf(prompt), messages_path: messagesOf(place, id) },
  };
  writeFileSync(join(folder, `${id}.json`), `${JSON.stringify(manifest, null, 2)}\n`);
  return rowOf(place, id, at, prompt);
}
