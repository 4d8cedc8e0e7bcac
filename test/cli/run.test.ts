import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Document,
  eventually,
  outcomeOf,
  type RecordJson,
  type StatsJson,
  type TaskJson,
  useCli,
} from './support/cli.ts';

describe('coding-agent run', function () {
  this.timeout(300_000);
  const cli = useCli();

  it('makes a session when there is none, and answers as POST /agent/execute', async () => {
    const body = await cli.json(['run', 'create file hello.txt with content: Hello', '--trust']);
    assert.deepEqual(Object.keys(body), ['sessionId', 'taskId', 'task', 'stats']);
    const { task } = body;
    assert.deepEqual([task.id, task.sessionId], [body.taskId, body.sessionId]);
    assert.deepEqual([task.status, task.type, task.agent, task.attempt], ['completed', 'file', 'direct', 1]);
    assert.equal(new Date(task.endedAt ?? '').toISOString(), task.endedAt);
    assert.deepEqual(
      task.filesChanged.map(({ path, kind }) => [path, kind]),
      [['hello.txt', 'added']],
    );
    assert.deepEqual([body.stats.tasks, body.stats.successRate], [1, 100]);
    assert.equal(readFileSync(join(cli.root, 'hello.txt'), 'utf8'), 'Hello\n');
    const again = await cli.json(['run', '$ cat hello.txt']);
    assert.equal(again.sessionId, body.sessionId, 'the session made became the current one');
    const other = await cli.json(['run', '$ true', '--new']);
    assert.notEqual(other.sessionId, body.sessionId);
    const named = await cli.json(['run', '$ true', '--session', body.sessionId]);
    assert.equal(named.sessionId, body.sessionId);
    const { tasks } = await cli.json(['tasks', 'list', '--session', body.sessionId]);
    assert.deepEqual(
      tasks.map(({ id }) => id),
      [body.taskId, again.taskId, named.taskId],
    );
    assert.deepEqual(await cli.json(['tasks', 'show', body.taskId]), task);
    const report = await cli.run(['tasks', 'show', body.taskId, '--report']);
    assert.match(report.stdout, /^# `.+`\n\n- \*\*Outcome:\*\* completed\n/);
    assert.ok(report.stdout.includes(body.taskId));
  });

  it('says what would help where the same text would be refused again', async () => {
    for (const [path, told, help] of [
      [
        '../out.txt',
        /use a session whose working directory holds/,
        /sessions create --working-directory FOLDER/,
      ],
      ['.vscode/a.json', /Change such files in the editor/, /coding-agent run "\$ COMMAND"/],
    ] as const) {
      const { code, stdout } = await cli.run(['run', `create file ${path} with content: x`, '--trust']);
      assert.equal(code, 3);
      assert.match(stdout, told);
      assert.match(stdout.trimEnd().split('\n').at(-1) ?? '', help);
      assert.doesNotMatch(stdout, /retry|but another rule/);
    }
  });

  it('exits with 1 when the task failed, and says what it printed', async () => {
    const body = await cli.json(['run', '$ echo out; echo err >&2; exit 7', '--trust'], 1);
    assert.deepEqual([body.task.status, body.task.reason, body.task.type], ['failed', 'error', 'command']);
    assert.equal(body.stats.successRate, 0);
    const plain = await cli.run(['run', '$ echo out; exit 7']);
    assert.equal(plain.code, 1);
    assert.match(plain.stdout, / {4}\| out\n/);
    assert.match(plain.stdout, /✗ failed/);
    assert.match(plain.stdout, /coding-agent tasks retry task-/);
    assert.equal(plain.stderr, '');
    const unable = await cli.json(['run', 'Bring about world peace'], 1);
    assert.deepEqual([unable.task.reason, unable.task.errorCode], ['error', 'no_agent']);
  });

  it('prints each event as it is recorded, then the document', async () => {
    const { code, stdout } = await cli.run(['run', '$ echo one', '--trust', '--jsonl']);
    assert.equal(code, 0);
    const all = stdout.trimEnd().split('\n');
    const body = JSON.parse(all.at(-1) ?? '') as Document;
    const lines = all.slice(0, -1).map(line => JSON.parse(line) as RecordJson);
    assert.equal(body.task.status, 'completed');
    for (const line of lines)
      assert.deepEqual(
        [line.v, typeof line.seq, typeof line.writer, 'sum' in line],
        [1, 'number', 'string', false],
      );
    const types = lines.map(line => line.type);
    for (const type of [
      'sessionCreated',
      'taskCreated',
      'taskStarted',
      'planCreated',
      'toolCallRequested',
      'outputAppended',
      'taskCompleted',
    ]) {
      assert.ok(types.includes(type), `${type} in ${types.join(' ')}`);
    }
    const journal = readFileSync(
      join(cli.root, '.coding-agent', 'sessions', `${body.sessionId}.events.jsonl`),
      'utf8',
    );
    const kept = journal
      .trimEnd()
      .split('\n')
      .map(line => {
        const { sum: _sum, data, ...record } = JSON.parse(line) as RecordJson;
        const { seal: _seal, ...shown } = data;
        return { ...record, data: shown };
      });
    assert.deepEqual(
      lines,
      kept.slice(-lines.length),
      'the same records as in the journal, without their sums and the proof of authorship',
    );
  });

  it('reads a task from standard input, of several lines', async () => {
    const input = 'create file a.txt with content: A\ncreate file b.txt with content: B\n';
    const { task } = await cli.json(['run', '-', '--trust'], 0, { input });
    assert.equal(task.plan?.steps.length, 2);
    assert.ok(existsSync(join(cli.root, 'b.txt')));
  });

  it('waits for its turn on a busy session, or not', async () => {
    const { sessionId } = await cli.json(['sessions', 'create', '--trust']);
    const first = cli.start(['run', '$ touch started; while [ ! -e go ]; do sleep 0.05; done', '--json']);
    const firstOutcome = outcomeOf(first);
    await eventually(() => existsSync(join(cli.root, 'started')), 'the first task runs');
    const refused = await cli.json(['run', '$ true', '--no-wait'], 1);
    assert.equal(refused.code, 'session_busy');
    const second = outcomeOf(cli.start(['run', '$ touch second', '--json']));
    await eventually(async () => {
      const { tasks } = await cli.json(['tasks', 'list', '--session', sessionId]);
      return tasks.length === 2 && tasks[1]?.status === 'pending';
    }, 'the second task is recorded and waits');
    assert.equal((await cli.json(['sessions', 'end'], 1)).code, 'session_busy');
    assert.equal(existsSync(join(cli.root, 'second')), false);
    writeFileSync(join(cli.root, 'go'), '');
    assert.deepEqual([(await firstOutcome).code, (await second).code], [0, 0]);
    assert.ok(existsSync(join(cli.root, 'second')));
  });

  it('cancels a task that another process runs, and retries one', async () => {
    const run = outcomeOf(cli.start(['run', '$ touch started; sleep 60', '--json', '--trust']));
    await eventually(() => existsSync(join(cli.root, 'started')), 'the task runs');
    const { tasks } = await cli.json(['tasks', 'list']);
    const id = tasks[0]?.id ?? '';
    const cancelled = await cli.json<TaskJson>(['tasks', 'cancel', id]);
    assert.deepEqual([cancelled.status, cancelled.reason], ['failed', 'cancelled']);
    assert.equal((await run).code, 130);
    assert.equal((await cli.json(['tasks', 'cancel', id], 1)).code, 'task_not_running');
    await cli.json(['run', '$ test -e now'], 1);
    const failed =
      (await cli.json(['tasks', 'list', '--status', 'failed', '--q', 'test'])).tasks[0]?.id ?? '';
    writeFileSync(join(cli.root, 'now'), '');
    const retried = await cli.json(['tasks', 'retry', failed]);
    assert.deepEqual(
      [retried.task.status, retried.task.attempt, retried.task.retryOf],
      ['completed', 2, failed],
    );
  });

  it('cancels its task when it is told to end', async () => {
    await cli.json(['trust']);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const child = cli.start(['run', `$ touch ${signal}; sleep 60`, '--json']);
      const outcome = outcomeOf(child);
      await eventually(() => existsSync(join(cli.root, signal)), 'the task runs');
      child.kill(signal);
      const { code, stdout } = await outcome;
      assert.equal(code, 130);
      const { task } = JSON.parse(stdout) as Document;
      assert.deepEqual([task.status, task.reason], ['failed', 'cancelled']);
    }
  });

  it('answers stats over a session, all sessions and a period', async () => {
    const { sessionId } = await cli.json(['run', '$ true', '--trust']);
    await cli.json(['run', '$ false'], 1);
    await cli.json(['run', '$ true', '--new']);
    const all = await cli.json<StatsJson>(['stats']);
    assert.deepEqual([all.sessions, all.tasks, all.completed, all.failed], [2, 3, 2, 1]);
    assert.equal(all.byType.command?.tasks, 3);
    const one = await cli.json<StatsJson>(['stats', '--session', sessionId]);
    assert.deepEqual([one.tasks, one.successRate, 'duration' in one], [2, 50, true]);
    assert.equal((await cli.json<StatsJson>(['stats', '--since', '1h'])).tasks, 3);
    assert.equal((await cli.json<StatsJson>(['stats', '--since', '2100-01-01'])).tasks, 0);
    assert.match((await cli.run(['stats'])).stdout, /success {2,}67 %/);
    assert.equal((await cli.json<StatsJson>(['stats', '--until', '1h'])).tasks, 0);
    assert.equal((await cli.json<StatsJson>(['stats', '--period', 'day'])).tasks, 3);
    const table = (await cli.run(['stats', '--csv'])).stdout.split('\r\n');
    assert.match(table[1] ?? '', /^all,,3,2,0,0,1,66.6/);
    assert.ok(table.some(row => row.startsWith('type,command,3,2,')));
  });

  it("runs the three patterns of the seed's document", async () => {
    writeFileSync(join(cli.root, 'package.json'), '{"name":"demo","private":true}');
    mkdirSync(join(cli.root, 'feature-x'));
    // Pattern 1: explicit session management.
    const { sessionId } = await cli.json([
      'sessions',
      'create',
      '--trust',
      '--working-directory',
      'feature-x',
    ]);
    for (const task of ['Create component', 'Add tests', 'Update documentation']) {
      const body = await cli.json(['run', task, '--session', sessionId]);
      assert.equal(body.task.status, 'completed', task);
    }
    const { metadata } = await cli.json(['sessions', 'end', sessionId]);
    assert.deepEqual([metadata.status, metadata.totalTasks, metadata.completedTasks], ['completed', 3, 3]);
    // Pattern 2: automatic session management.
    const todo = await cli.json(['run', 'Build a todo app']);
    assert.equal(todo.task.status, 'completed');
    assert.notEqual(todo.sessionId, sessionId);
    // Pattern 3: session resumption.
    const { sessions } = await cli.json(['sessions', 'list']);
    await cli.json(['sessions', 'switch', sessions[0]?.sessionId ?? '']);
    const body = await cli.json(['run', 'Add new feature']);
    assert.equal(body.sessionId, sessions[0]?.sessionId);
    assert.equal(body.task.status, 'completed');
  });

  it('commits with git as the person would', async () => {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: cli.root, env: cli.env, encoding: 'utf8' });
    git('init', '-q', '-b', 'main');
    git('config', '--global', 'user.email', 'a@example.org');
    git('config', '--global', 'user.name', 'A');
    await cli.json(['run', 'create file a.txt with content: A', '--trust']);
    const { task } = await cli.json(['run', 'commit all changes with message "Add a"']);
    assert.deepEqual([task.type, task.status, task.commits.length], ['git', 'completed', 1]);
    assert.equal(git('log', '-1', '--format=%s').trim(), 'Add a');
  });
});
