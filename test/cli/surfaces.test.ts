import assert from 'node:assert/strict';
import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { publicTask } from '../../src/core/publicTask.ts';
import { openHost } from '../support/openHost.ts';
import type { Host } from '../../src/host/host.ts';
import { type Document, eventually, type StatsJson, type TaskJson, useCli } from './support/cli.ts';
import { OwnTime } from '../support/ownTime.ts';

const TASKS = 200;
/** A process each: the slowest of the three. */
const BY_CLI = 30;
const SESSIONS = 8;

type Surface = (sessionId: string, task: string) => Promise<TaskJson>;

describe('coding-agent serve', function () {
  const cli = useCli();

  it('reads the configuration as run does: with one that cannot be used it does not start', async () => {
    const folder = join(cli.home, 'config', 'coding-agent');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'config.json'), '{"agent": 5}');
    for (const args of [
      ['run', '$ true'],
      ['serve', '--port', '0'],
    ]) {
      const { code, field } = await cli.json<Document & { code: string }>([...args, '--trust'], 2);
      assert.deepEqual([code, field], ['invalid_input', 'config'], args[0]);
    }
  });
});

describe('an editor, the command line and a server on one folder', function () {
  this.timeout(600_000);
  const cli = useCli();
  let host: Host;
  let server: ChildProcess;
  let api: (method: string, path: string, body?: unknown) => Promise<Document>;

  beforeEach(async () => {
    await cli.run(['trust']);
    const folder = (name: string): string => join(cli.home, name, 'coding-agent');
    const profile = { config: folder('config'), cache: folder('cache'), state: folder('state') };
    // What VS Code has of it.
    host = await openHost(cli.root, profile);
    server = cli.start(['serve', '--port', '0', '--json']);
    assert.ok(server.stdout !== null);
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    const { url, tokenFile } = JSON.parse(line) as { url: string; tokenFile: string };
    const { tokens } = JSON.parse(readFileSync(tokenFile, 'utf8')) as { tokens: { full: string } };
    api = async (method, path, body) => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { Authorization: `Bearer ${tokens.full}`, 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      assert.ok(response.ok, `${method} ${path}: ${String(response.status)}`);
      return (await response.json()) as Document;
    };
  });

  afterEach(async () => {
    const exit = once(server, 'exit');
    server.kill('SIGINT');
    await Promise.all([exit, host.close()]);
  });

  it('do 200 tasks at once, lose none, and show the same afterwards', async () => {
    const byHost: Surface = async (sessionId, task) =>
      json(await host.sessions.executeTask({ sessionId, task }));
    const byApi: Surface = async (sessionId, task) =>
      (await api('POST', '/agent/execute', { sessionId, task })).task;
    const byCli: Surface = async (sessionId, task) =>
      (await cli.json(['run', task, '--session', sessionId], task.startsWith('$ exit') ? 1 : 0)).task;
    const ids = await sessions();
    const wanted = Array.from({ length: TASKS }, (_, index) => ({
      sessionId: ids[index % SESSIONS] ?? '',
      task: kinds[index % kinds.length]?.(index) ?? '',
    }));
    const others = wanted.slice(BY_CLI);
    const done = await Promise.all([
      worker(byCli, wanted.slice(0, BY_CLI / 2)),
      worker(byCli, wanted.slice(BY_CLI / 2, BY_CLI)),
      ...[0, 1, 2, 3].map(part =>
        worker(
          part % 2 === 0 ? byHost : byApi,
          others.filter((_, index) => index % 4 === part),
        ),
      ),
    ]);
    const acknowledged = done.flat();
    assert.equal(acknowledged.length, TASKS);
    for (const { status, description, error } of acknowledged)
      assert.equal(
        status,
        description.startsWith('$ exit') ? 'failed' : 'completed',
        `${description}: ${error ?? ''}`,
      );

    // Every surface, each with its own process, has each task as it was acknowledged, in one order.
    const expected = new Map(acknowledged.map(task => [task.id, task]));
    const list = await cli.json(['sessions', 'list']);
    await eventually(async () => isSame(await api('GET', '/sessions'), list), 'the server lists the same');
    await eventually(async () => isSame(await page(), list), 'the editor lists the same');
    let count = 0;
    for (const sessionId of ids) {
      const { tasks } = await cli.json(['tasks', 'list', '--session', sessionId]);
      const served = await api('GET', `/sessions/${sessionId}/tasks`);
      assert.deepEqual(served.tasks, tasks);
      assert.deepEqual(json((await host.sessions.listTasks(sessionId)).map(publicTask)), tasks);
      for (const task of tasks) assert.deepEqual(unsealed(task), unsealed(expected.get(task.id) ?? task));
      count += tasks.filter(({ id }) => expected.has(id)).length;
      const { stats } = await cli.json(['sessions', 'show', sessionId]);
      assert.deepEqual((await api('GET', `/sessions/${sessionId}`)).stats, stats);
      assert.deepEqual(json(await host.sessions.getSession(sessionId)).stats, stats);
    }
    assert.equal(count, TASKS);
    assert.equal(
      new Set(readFileSync(join(cli.root, 'log.txt'), 'utf8').trim().split('\n')).size,
      TASKS / kinds.length,
    );
    for (const [since, until] of [
      [],
      ['2000-01-01T00:00:00Z'],
      ['2000-01-01T00:00:00Z', '2000-02-01T00:00:00Z'],
    ]) {
      const period = [...(since ? ['--since', since] : []), ...(until ? ['--until', until] : [])];
      const report = await cli.json<StatsJson>(['stats', ...period]);
      assert.equal(report.tasks, until === undefined ? TASKS : 0);
      const query = new URLSearchParams({ ...(since && { since }), ...(until && { until }) });
      const dates = { ...(since && { since: new Date(since) }), ...(until && { until: new Date(until) }) };
      assert.deepEqual(await api('GET', `/stats?${query.toString()}`), report);
      assert.deepEqual(json(await host.statistics.over(dates)), report);
    }
  });

  it('show within a second what another one did', async () => {
    const [sessionId = ''] = await sessions(1);
    const titleIn = {
      editor: async () =>
        (await host.sessions.listSessions()).find(row => row.sessionId === sessionId)?.title,
      server: async () =>
        (await api('GET', '/sessions')).sessions.find(row => row.sessionId === sessionId)?.title,
    };
    // Both have it open, and have just looked.
    await host.sessions.getSession(sessionId);
    await api('GET', `/sessions/${sessionId}`);
    const changes = {
      'by CLI': (title: string) => cli.run(['sessions', 'rename', sessionId, title]),
      'by server': (title: string) => api('PATCH', `/sessions/${sessionId}`, { title }),
      'by editor': (title: string) => host.sessions.updateSession(sessionId, { title }),
    };
    for (const [title, change] of Object.entries(changes)) {
      await change(title);
      const time = new OwnTime();
      for (const look of Object.values(titleIn))
        await eventually(async () => (await look()) === title, title);
      const ms = time.end();
      assert.ok(ms < 1000, `${title}: ${String(ms)} ms`);
      assert.equal((await cli.json(['sessions', 'show', sessionId])).metadata.title, title);
    }
  });

  async function sessions(count = SESSIONS): Promise<string[]> {
    const made = Array.from({ length: count }, async (_, index) => {
      if (index % 3 === 0)
        return (await host.sessions.createSession({ title: `S${String(index)}` })).sessionId;
      if (index % 3 === 1) return (await api('POST', '/sessions', { title: `S${String(index)}` })).sessionId;
      return (await cli.json(['sessions', 'create', '--title', `S${String(index)}`])).sessionId;
    });
    return Promise.all(made);
  }

  async function page(): Promise<unknown> {
    const { total: _total, ...rest } = await host.sessions.listPage();
    return rest;
  }
});

/** What a task is, by turns; each ends at once. */
const kinds: readonly ((index: number) => string)[] = [
  index => `create file made-${String(index)}.txt with content: ${String(index)}`,
  index => `$ echo ${String(index)}`,
  index => `create folder folder-${String(index)}`,
  () => '$ exit 3',
  index => `$ echo ${String(index)} >> log.txt`,
];

/** One after the other, as a person or a script would. */
async function worker(
  surface: Surface,
  tasks: readonly { readonly sessionId: string; readonly task: string }[],
): Promise<TaskJson[]> {
  const done: TaskJson[] = [];
  for (const { sessionId, task } of tasks) done.push(await surface(sessionId, task));
  return done;
}

/** As programs read it. */
function json(value: unknown): TaskJson & Document {
  return JSON.parse(JSON.stringify(value)) as TaskJson & Document;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(json(a))) === JSON.stringify(sorted(json(b)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}

/** Without the proof of authorship, which the command line and the API keep to themselves. */
function unsealed(task: TaskJson): object {
  return Object.fromEntries(Object.entries(task).filter(([key]) => key !== 'seal'));
}
