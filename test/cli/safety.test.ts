import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { skip } from '../support/skip.ts';
import { eventually, outcomeOf, useCli } from './support/cli.ts';
import { missingPty, Pty } from './support/pty.ts';

const ID = '550e8400-e29b-41d4-a716-446655440000';
const HOSTILE = 'a\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eb\u200bc\r\nd';

describe('the command line and what others wrote', function () {
  this.timeout(300_000);
  const cli = useCli();
  const sessions = (...names: string[]): string => join(cli.root, '.coding-agent', 'sessions', ...names);

  /** A session as somebody else's file has it. */
  function writeForeignSession(): void {
    mkdirSync(sessions(), { recursive: true });
    const at = '2026-01-01T00:00:00.000Z';
    const task = {
      ...{
        id: HOSTILE,
        sessionId: ID,
        type: 'command',
        description: HOSTILE,
        status: 'failed',
        agent: HOSTILE,
      },
      ...{
        createdAt: at,
        updatedAt: at,
        filesChanged: [{ path: HOSTILE, kind: 'added' }],
        commits: [HOSTILE],
      },
      ...{
        reason: 'error',
        errorCode: HOSTILE,
        error: HOSTILE,
        origin: 'person',
        model: HOSTILE,
        attempt: 1,
      },
      ...{ executionTime: 1, usage: null, checkpoint: null, unsupervised: false, verification: null },
    };
    const document = {
      ...{
        sessionId: ID,
        startTime: at,
        tasks: [HOSTILE],
        plans: [],
        workingDirectory: cli.root,
        projectPath: cli.root,
      },
      ...{ totalTasks: 1, completedTasks: 0, failedTasks: 1, totalExecutionTime: 1, status: 'active' },
      ...{ title: HOSTILE, author: HOSTILE, tags: [HOSTILE], taskRecords: { [HOSTILE]: task } },
    };
    writeFileSync(sessions(`${ID}.session.json`), JSON.stringify(document));
  }

  const readings = [
    ['sessions', 'list'],
    ['sessions', 'show', ID],
    ['tasks', 'list', '--session', ID],
    ['stats'],
    ['stats', '--session', ID],
  ];

  function snapshot(): Record<string, string> {
    const names = globSync('**', { cwd: cli.root }).concat(
      globSync('**/.*', { cwd: cli.root }),
      '.coding-agent/sessions',
    );
    return Object.fromEntries(
      names.map(name => {
        const found = statSync(join(cli.root, name));
        return [
          name,
          `${String(found.mtimeMs)} ${String(found.size)} ${found.isFile() ? readFileSync(join(cli.root, name), 'hex') : ''}`,
        ];
      }),
    );
  }

  it('shows hostile texts without a control code, as lines, as JSON and on a terminal', async () => {
    writeForeignSession();
    for (const args of readings) {
      for (const more of [[], ['--json'], ['--jsonl']]) {
        const { code, stdout, stderr } = await cli.run([...args, ...more]);
        assert.equal(code, 0, stderr);
        assert.doesNotMatch(
          stdout + stderr,
          /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202e]/,
          args.join(' '),
        );
      }
    }
    const { metadata } = await cli.json(['sessions', 'show', ID]);
    assert.equal(metadata.title, HOSTILE, 'JSON says exactly what is there');
    if (missingPty() !== undefined) return;
    for (const args of readings) {
      const pty = new Pty(cli, args);
      assert.equal(await pty.exit(), 0);
      assert.doesNotMatch(pty.text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202e]/, args.join(' '));
      assert.doesNotMatch(pty.sent, /owned\u0007|\u001b\[2J|\u001b\]/);
    }
  });

  it('reads a folder that is not trusted and writes nothing in it', async () => {
    writeForeignSession();
    const before = snapshot();
    for (const args of readings) await cli.json(args);
    await cli.json(['sessions', 'switch', ID]);
    await cli.json(['sessions', 'end', ID], 3);
    await cli.json(['tasks', 'retry', 'nothing'], 2);
    assert.deepEqual(snapshot(), before);
  });

  it('reads a workspace on a read-only file system', async function () {
    const { sessionId } = await cli.json(['sessions', 'create', '--trust', '--title', 'Kept']);
    const [node = '', entry = ''] = cli.command([]);
    const script = `mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"`;
    const run = (...args: string[]): ReturnType<typeof spawnSync> =>
      spawnSync('unshare', ['-Urm', 'sh', '-c', script, 'sh', cli.root, node, entry, ...args, '--json'], {
        ...{ cwd: '/', env: cli.env, encoding: 'utf8' },
      });
    const probe = spawnSync('unshare', ['-Urm', 'sh', '-c', script, 'sh', cli.root, 'true']);
    if (probe.status !== 0) skip(this, 'no mount namespaces here (unshare -Urm)');
    for (const args of [['sessions', 'list'], ['sessions', 'show', sessionId], ['stats']]) {
      const { status, stdout } = run(...args, '--root', cli.root);
      assert.equal(status, 0, String(stdout));
    }
    const refused = run('sessions', 'rename', sessionId, 'New', '--root', cli.root);
    assert.equal(refused.status, 4, String(refused.stdout));
    assert.equal((JSON.parse(String(refused.stdout)) as { code: string }).code, 'storage_denied');
    assert.equal((await cli.json(['sessions', 'show', sessionId])).metadata.title, 'Kept');
  });

  it('goes on with its task when the reader of its output leaves', async () => {
    await cli.json(['trust']);
    const child = cli.start([
      'run',
      '$ for i in 1 2 3 4 5 6 7 8 9; do echo $i; sleep 0.05; done; touch done',
    ]);
    child.stdout?.destroy();
    const code = await new Promise(resolve => child.once('exit', resolve));
    assert.equal(code, 0);
    assert.ok(existsSync(join(cli.root, 'done')));
  });

  it('says nothing about a reader that left a list', async () => {
    await cli.json(['sessions', 'create', '--trust']);
    const [node = '', entry = ''] = cli.command([]);
    const child = spawn('sh', ['-c', '"$1" "$2" sessions list | true', 'sh', node, entry], {
      ...{ cwd: cli.root, env: cli.env, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    const { stderr } = await outcomeOf(child);
    assert.equal(stderr, '');
  });

  it('closes what a killed process left running, once the next one opens the session', async () => {
    await cli.json(['trust']);
    const child = cli.start(['run', '$ echo $$ > pid; sleep 62', '--json']);
    await eventually(
      () => existsSync(join(cli.root, 'pid')) && readFileSync(join(cli.root, 'pid'), 'utf8') !== '',
      'it runs',
    );
    const exit = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exit;
    const { metadata, interrupted } = await cli.json([
      'sessions',
      'switch',
      (await cli.json(['sessions', 'show'])).metadata.sessionId,
    ]);
    assert.equal(metadata.failedTasks, 1);
    assert.equal(interrupted.length, 1);
    const pid = Number(readFileSync(join(cli.root, 'pid'), 'utf8'));
    await eventually(() => !isAlive(pid), 'its command was ended');
    assert.equal((await cli.json(['tasks', 'list'])).tasks[0]?.reason, 'interrupted');
  });

  it('writes no key, token or trust into the workspace', async () => {
    await cli.json(['run', '$ true', '--trust']);
    const names = globSync('**/*', { cwd: join(cli.root, '.coding-agent') });
    assert.ok(
      // Git's own, in the store of checkpoints.
      names.every(name => name === 'checkpoints/config' || !/trust|key|token|config/.test(name)),
      names.join(),
    );
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
