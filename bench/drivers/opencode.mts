import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/vscode/processes.mts';
import type { Driver, Place } from './driver.mts';

const startMs = 60_000;
const pollMs = 200;

/**
 * `opencode-ai`: `opencode serve` and its list of sessions. It keeps them in a database that it makes when it starts; the
 * rows of sessions are put there as copies of one that it made itself, without messages, which its list does not read.
 */
export const opencode: Driver = {
  async prepare(place) {
    const server = await Server.start(place);
    await server.post('/session', { title: 'template' });
    server.stop();
  },

  writeAll(place, conversations) {
    const database = new DatabaseSync(databaseOf(place));
    const row = database.prepare('select * from session').get();
    if (row === undefined) throw new Error('opencode kept no session.');
    const columns = Object.keys(row);
    const insert = database.prepare(
      `insert into session (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    );
    database.exec('begin; delete from session');
    for (const { id, start, turns } of conversations) {
      const [first] = turns();
      const own: Record<string, SQLInputValue> = {
        ...{ id: `ses_${id.replaceAll('-', '')}`, slug: id, title: first?.request ?? '' },
        ...{ time_created: start, time_updated: start },
      };
      insert.run(...columns.map(column => own[column] ?? row[column] ?? null));
    }
    database.exec('commit; pragma wal_checkpoint(truncate)');
    database.close();
  },

  async open(place) {
    const server = await Server.start(place);
    const list = async (limit: number): Promise<number> => {
      const sessions = await server.get(`/session?limit=${limit}`);
      return Array.isArray(sessions) ? sessions.length : 0;
    };
    return {
      list: () => list(1_000_000),
      firstPage: () => list(50),
      isServer: true,
      url: server.url,
      close: () => {
        server.stop();
      },
    };
  },
};

function databaseOf({ home }: Place): string {
  return join(dataOf(home), 'opencode', 'opencode.db');
}

function dataOf(home: string): string {
  return join(home, 'xdg', 'data');
}

class Server {
  readonly #child: ChildProcess;
  readonly url: string;

  constructor(child: ChildProcess, url: string) {
    this.#child = child;
    process.once('exit', () => child.kill('SIGKILL'));
    this.url = url;
  }

  /** On a port of this machine only. */
  static async start({ home, project, modules }: Place): Promise<Server> {
    const [program] = globSync(join(modules, `opencode-linux-${process.arch}/bin/opencode`));
    if (program === undefined) throw new Error('There is no opencode for this machine.');
    if (!existsSync(dataOf(home))) mkdirSync(dataOf(home), { recursive: true });
    const port = await freePort();
    const env = {
      ...{ PATH: process.env['PATH'], HOME: home, XDG_DATA_HOME: dataOf(home) },
      ...{ OPENCODE_DISABLE_AUTOUPDATE: '1' },
    };
    const args = ['serve', '--hostname', '127.0.0.1', '--port', String(port)];
    const server = new Server(
      spawn(program, args, { cwd: project, env, stdio: 'ignore' }),
      `http://127.0.0.1:${port}`,
    );
    await server.#untilReady();
    return server;
  }

  async get(path: string): Promise<unknown> {
    return (await fetch(this.url + path)).json();
  }

  async post(path: string, body: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(this.url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  async #untilReady(): Promise<void> {
    const deadline = performance.now() + startMs;
    for (;;) {
      try {
        await fetch(`${this.url}/session?limit=1`, { signal: AbortSignal.timeout(5_000) });
        return;
      } catch (error) {
        if (performance.now() > deadline || this.#child.exitCode !== null) throw error;
        await sleep(pollMs);
      }
    }
  }
}
