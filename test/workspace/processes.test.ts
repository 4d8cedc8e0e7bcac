import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../src/core/ports.ts';
import type { ProcessIdentity } from '../../src/core/toolCall.ts';
import { commandEnvironment } from '../../src/workspace/environment.ts';
import {
  createProcesses,
  type ProgramRequest,
  type ProgramResult,
  shellCommand,
} from '../../src/workspace/processes.ts';
import { killProcessGroup } from '../../src/workspace/processGroup.ts';
import { identify, listProcesses } from '../../src/workspace/processList.ts';
import { WorkspaceError } from '../../src/workspace/workspaceError.ts';
import { skip } from '../support/skip.ts';
import { limitClock } from './limitClock.ts';
import { realClock } from './realClock.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const clock: Clock = realClock;

describe('running programs', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const processes = createProcesses({ clock, graceMs: 300 });

  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  interface Ran extends ProgramResult {
    readonly output: string;
    readonly process: ProcessIdentity | undefined;
  }

  async function run(
    command: string,
    overrides: Partial<ProgramRequest> = {},
    runner = processes,
  ): Promise<Ran> {
    let output = '';
    let identity: ProcessIdentity | undefined;
    const result = await runner.run({
      argv: shellCommand(command),
      cwd: folder.path,
      environment: commandEnvironment(),
      signal: new AbortController().signal,
      timeoutMs: null,
      onStart: async process => {
        identity = process;
      },
      onOutput: async text => {
        output += text;
      },
      ...overrides,
    });
    return { ...result, output, process: identity };
  }

  async function waitFor(file: string): Promise<string> {
    for (let i = 0; i < 6000; i++) {
      const text = existsSync(file) ? await readFile(file, 'utf8') : '';
      if (text.endsWith('\n')) return text.trim();
      await pause(20);
    }
    throw new Error(`${path.basename(file)} was not written`);
  }

  async function isAlive(pid: number): Promise<boolean> {
    return (await listProcesses()).some(entry => entry.pid === pid);
  }

  it('gives output of both streams in order, the exit code and a duration', async () => {
    const ran = await run('echo one; echo two >&2; echo three; sleep 0.05; exit 7');
    assert.equal(ran.output, 'one\ntwo\nthree\n');
    assert.equal(ran.exitCode, 7);
    assert.equal(ran.ended, 'exit');
    assert.equal(ran.signal, null);
    assert.ok(ran.duration >= 50 && ran.duration < 600_000, String(ran.duration));
  });

  it('hands arguments over without a shell', async () => {
    const ran = await run('', { argv: ['printf', '%s|', '$HOME', '`id`', 'a b', '";'] });
    assert.equal(ran.output, '$HOME|`id`|a b|";|');
  });

  it('names the signal that ended a program', async () => {
    const ran = await run('kill -KILL $$');
    assert.equal(ran.exitCode, null);
    assert.equal(ran.signal, 'SIGKILL');
  });

  it('tells the process before it acts', async () => {
    const witness = path.join(folder.path, 'acted');
    const ran = await run(`touch acted; echo $$`, {
      onStart: async ({ pid, start }) => {
        await pause(100);
        assert.equal(existsSync(witness), false, 'acted before it was recorded');
        assert.deepEqual(await identify(pid), { pid, start });
        assert.notEqual(start, null);
      },
    });
    assert.equal(existsSync(witness), true);
    assert.equal(ran.exitCode, 0);
  });

  it('never starts what could not be recorded', async () => {
    const failure = new Error('disk full');
    let pid = 0;
    await assert.rejects(
      run('touch acted', {
        onStart: async process => {
          pid = process.pid;
          throw failure;
        },
      }),
      failure,
    );
    await pause(50);
    assert.equal(existsSync(path.join(folder.path, 'acted')), false);
    assert.equal(await isAlive(pid), false);
  });

  it('keeps characters whole that are split over chunks', async () => {
    const ran = await run(
      String.raw`printf '\303'; sleep 0.1; printf '\244 \360\237'; sleep 0.1; printf '\230\200'`,
    );
    assert.equal(ran.output, 'ä 😀');
  });

  it('passes no control sequence on, also not in pieces', async () => {
    const ran = await run(
      String.raw`printf '\033['; sleep 0.1; printf '31mred\033[0m \033]0;title\007x\r\ny'`,
    );
    assert.equal(ran.output, 'red x\ny');
  });

  it('ends a command and its children on cancel, also those that ignore being asked', async () => {
    const controller = new AbortController();
    const running = run(
      `trap '' TERM; (trap '' TERM; echo $(exec sh -c 'echo $PPID') > child; sleep 60) & sleep 60`,
      {
        signal: controller.signal,
      },
    );
    const child = Number(await waitFor(path.join(folder.path, 'child')));
    assert.equal(await isAlive(child), true);
    controller.abort();
    const ran = await running;
    assert.equal(ran.ended, 'cancelled');
    assert.equal(await isAlive(child), false);
  });

  it('ends what ignores being asked on a machine that slept through the grace, too', async () => {
    const controller = new AbortController();
    const command = `trap 'echo > asked' TERM; echo $$ > pid; while :; do sleep 0.02; done`;
    const patient = createProcesses({ clock, graceMs: 5000 });
    const running = run(command, { signal: controller.signal }, patient);
    const pid = Number(await waitFor(path.join(folder.path, 'pid')));
    const now = performance.now.bind(performance);
    try {
      controller.abort();
      await waitFor(path.join(folder.path, 'asked'));
      performance.now = () => now() + 60_000;
      assert.equal((await running).ended, 'cancelled');
    } finally {
      performance.now = now;
    }
    assert.equal(await isAlive(pid), false);
  });

  it('ends what left the process group on cancel', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux shows the environment of other processes');
    const controller = new AbortController();
    const running = run(`setsid sh -c 'echo $$ > daemon; exec sleep 60' & sleep 60`, {
      signal: controller.signal,
    });
    const daemon = Number(await waitFor(path.join(folder.path, 'daemon')));
    controller.abort();
    await running;
    assert.equal(await isAlive(daemon), false);
  });

  it('stops at the time limit', async () => {
    let output = '';
    const limited = createProcesses({ clock: limitClock(200, () => output !== ''), graceMs: 300 });
    const onOutput = async (text: string): Promise<void> => {
      output += text;
    };
    const ran = await run('echo begun; sleep 600', { timeoutMs: 200, onOutput }, limited);
    assert.equal(ran.ended, 'timeout');
    assert.equal(output, 'begun\n');
    assert.equal((await run('sleep 600', { timeoutMs: 200 })).ended, 'timeout');
  });

  it('does not start when cancelled before', async () => {
    const ran = await run('touch acted', { signal: AbortSignal.abort() });
    assert.equal(ran.ended, 'cancelled');
    assert.equal(existsSync(path.join(folder.path, 'acted')), false);
  });

  it('ends what a command left in the background, and counts it', async () => {
    const ran = await run('sleep 60 & echo $!');
    assert.equal(ran.leftBehind, 1);
    assert.equal(ran.exitCode, 0);
    assert.equal(await isAlive(Number(ran.output)), false);
  });

  it('waits for what comes late from the background', async () => {
    const ran = await run('(sleep 0.05; echo late) & echo soon');
    assert.equal(ran.output, 'soon\nlate\n');
    assert.equal(ran.leftBehind, 0);
  });

  it('slows a flood down to its reader, and holds next to nothing of it', async function () {
    let bytes = 0;
    let most = 0;
    const before = process.memoryUsage().rss;
    const ran = await run('head -c 50000000 /dev/zero | tr "\\0" a', {
      onOutput: async text => {
        bytes += text.length;
        if (bytes % 7 === 0) await pause(1);
        most = Math.max(most, process.memoryUsage().rss - before);
      },
    });
    assert.equal(bytes, 50_000_000);
    assert.equal(ran.exitCode, 0);
    assert.ok(most < 60 * 1024 * 1024, `${String(Math.round(most / 1e6))} MB more`);
  });

  it('loses nothing of the end to a slow reader', async () => {
    let output = '';
    await run('seq 1 3000', {
      onOutput: async text => {
        await pause(1500);
        output += text;
      },
    });
    assert.equal(output.trim().split('\n').length, 3000);
  });

  it('stops the command when its output cannot be kept', async () => {
    const failure = new Error('disk full');
    await assert.rejects(
      run('echo $$ > pid; while :; do echo x; sleep 0.05; done', {
        onOutput: async () => {
          throw failure;
        },
      }),
      failure,
    );
    assert.equal(await isAlive(Number(await waitFor(path.join(folder.path, 'pid')))), false);
  });

  it('drops what exceeds the limit, and says so', async () => {
    const small = createProcesses({ clock, maxOutputBytes: 1000 });
    let output = '';
    await small.run({
      argv: shellCommand(
        'head -c 500 /dev/zero | tr "\\0" a; sleep 0.1; head -c 5000 /dev/zero | tr "\\0" b; echo end',
      ),
      ...{
        cwd: folder.path,
        environment: commandEnvironment(),
        signal: new AbortController().signal,
        timeoutMs: null,
      },
      onStart: async () => undefined,
      onOutput: async text => {
        output += text;
      },
    });
    assert.match(output, /^a{500}\n\[more output than is kept/);
    assert.ok(!output.includes('end'));
  });

  it('says so when it cannot start', async () => {
    await assert.rejects(
      run('true', { cwd: path.join(folder.path, 'gone') }),
      error => error instanceof WorkspaceError && error.code === 'not_started',
    );
    assert.equal((await run('', { argv: ['no-such-program'] })).exitCode, 127);
  });

  it('ends a recorded group that outlived its host, and no other', async () => {
    const started = run('sleep 60 & sleep 60');
    const found = async (): Promise<ProcessIdentity> => {
      for (;;) {
        const sleeping = (await listProcesses()).filter(
          entry => entry.parent === process.pid && entry.group === entry.pid,
        );
        const last = sleeping.at(-1);
        if (last !== undefined) return { pid: last.pid, start: last.start };
        await pause(20);
      }
    };
    const identity = await found();
    assert.equal(await killProcessGroup({ ...identity, start: '1' }, { graceMs: 100 }), false);
    assert.equal(await isAlive(identity.pid), true);
    assert.equal(await killProcessGroup({ ...identity, start: null }, { graceMs: 100 }), false);
    assert.equal(await killProcessGroup(identity, { graceMs: 100 }), true);
    assert.equal((await started).exitCode, null);
    assert.equal(await killProcessGroup(identity, { graceMs: 100 }), false);
  });

  it('hands over no secret of ours', async () => {
    const source = {
      ...process.env,
      ...{
        GITHUB_TOKEN: 'gh-1',
        ANTHROPIC_API_KEY: 'an-1',
        AWS_SECRET_ACCESS_KEY: 'aw-1',
        npm_config__auth: 'np-1',
      },
      ...{
        HTTPS_PROXY: 'http://me:pw-1@proxy:3128',
        ELECTRON_RUN_AS_NODE: '1',
        NODE_OPTIONS: '--inspect',
        MINE: 'yes',
      },
    };
    const ran = await run('env', { environment: commandEnvironment(source, ['MINE']) });
    assert.doesNotMatch(ran.output, /gh-1|an-1|aw-1|np-1|pw-1|ELECTRON|inspect/);
    assert.match(ran.output, /^MINE=yes$/m);
    assert.match(ran.output, /^TERM=dumb$/m);
    assert.match(ran.output, /^PATH=/m);
  });
});
