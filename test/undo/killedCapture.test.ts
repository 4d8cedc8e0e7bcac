import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import type { Checkpoints } from '../../src/core/checkpoints.ts';
import type { AgentTask } from '../../src/core/task.ts';
import { createProcessTable } from '../../src/host/processTable.ts';
import { systemIds } from '../../src/host/systemPorts.ts';
import { createCheckpoints } from '../../src/workspace/checkpoints/createCheckpoints.ts';
import { hostOn } from '../crash/support/hostOn.ts';
import { propertySeed } from '../support/propertySeed.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { bytesOf, folderState } from './support/folderState.ts';
import { fillWithObjects } from './support/fillWithObjects.ts';
import { commitAll } from './support/workbench.ts';

const WORKER = join(import.meta.dirname, 'workers/capture.ts');
/** At how many moments of the two captures around a task it is killed; with `UNDO_KILLS=0` at all, or so many that are far apart. */
const KILLS = Number(process.env['UNDO_KILLS'] ?? '2');
const MOST = 300;
const WORK =
  '$ echo more >> a && mv b moved && rm c && mkdir -p new/deep && echo 1 > new/deep/f && echo y >> dir/big';
/** Who is killed, in turns. */
const WHOM = ['group', 'self', 'git'] as const;

describe('kill -9 during a capture', function () {
  this.timeout(60 * 60_000);
  const folder = useTemporaryFolder();
  const root = (): string => join(folder(), 'work');
  const store = (): string => join(root(), '.coding-agent/checkpoints');

  for (const packs of [false, true]) {
    const title = 'leaves the store sound, the record honest and the way free, at every moment';
    it(`${title}${packs ? ' while the store is packed' : ''}`, async () => {
      await prepare();
      const begin = (round: number): void => {
        change(round);
        if (packs) fillWithObjects(store(), String(round));
      };
      begin(0);
      const total = Number((await work(0, 'self')).output);
      assert.ok(total > 20, `only ${total} moments`);
      const step = Math.max(1, total / (KILLS === 0 ? MOST : KILLS));
      let killed = 0;
      const first = (propertySeed % 97) / 97;
      for (
        let at = Math.max(1, Math.ceil(first * step)), round = Math.floor(first * 100);
        at <= total;
        at += step
      ) {
        const moment = Math.round(at);
        const whom = WHOM[round % WHOM.length] ?? 'group';
        begin(++round);
        const before = folderState(root());
        const repository = bytesOf(join(root(), '.git'));
        const { signal } = await work(moment, whom);
        if (signal === 'SIGKILL') killed++;
        await check(`${whom} killed at ${moment} of ${total}`, before);
        assert.deepEqual(bytesOf(join(root(), '.git')), repository);
      }
      // The number of moments varies a little: the last may come too late.
      assert.ok(killed > 0);
    });
  }

  async function prepare(): Promise<void> {
    mkdirSync(join(root(), 'dir'), { recursive: true });
    for (const name of ['a', 'b', 'c']) writeFileSync(join(root(), name), `${name}\n`);
    writeFileSync(join(root(), 'dir/big'), Buffer.alloc(300_000, 'x'));
    symlinkSync('a', join(root(), 'link'));
    writeFileSync(join(root(), '.gitignore'), '.coding-agent/\n');
    commitAll(root());
    await checkpoints().capture(root());
  }

  /** What both captures of a round find new. */
  function change(round: number): void {
    rmSync(join(root(), 'new'), { recursive: true, force: true });
    rmSync(join(root(), 'moved'), { force: true });
    for (const name of ['a', 'b', 'c']) appendFileSync(join(root(), name), `${round}\n`);
    for (let index = 0; index < 5; index++) {
      mkdirSync(join(root(), `made-${round % 3}`), { recursive: true });
      writeFileSync(join(root(), `made-${round % 3}/${index}`), `${round} ${index}\n`.repeat(200));
    }
  }

  async function work(last: number, whom: string): Promise<{ signal: string | null; output: string }> {
    const child = spawn(process.execPath, [WORKER, root(), String(last), whom, WORK], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output, [, signal]] = await Promise.all([
      text(child.stdout),
      once(child, 'exit') as Promise<[number | null, string | null]>,
    ]);
    // A git that went on alone is let end.
    while (isRunning(child.pid ?? 0)) await wait(20);
    return { signal, output };
  }

  async function check(where: string, before: Record<string, string>): Promise<void> {
    assert.deepEqual(locks(store()), [], where);
    assert.equal(fsck(), '', where);
    const host = await hostOn(root());
    try {
      const task = await newestTask(host);
      if (task.checkpoint !== null) git('cat-file', '-e', `${task.checkpoint}:files`);
      if (task.status !== 'completed') await checkInterrupted(host, task, before, where);
      const { sessionId } = await host.sessions.createSession();
      const next = await host.sessions.executeTask({ task: 'append to a: next', sessionId });
      assert.equal(next.status, 'completed', where);
      assert.deepEqual(
        next.filesChanged.map(({ path, shared }) => [path, shared]),
        [['a', undefined]],
        where,
      );
      assert.equal(next.checkpointAfter, await capturedAnew(), where);
      const edited = folderState(root());
      await host.undo.undo(next.id);
      await host.undo.undo(next.id);
      assert.deepEqual(folderState(root()), edited, where);
    } finally {
      await host.close();
    }
    assert.equal(fsck(), '', where);
  }

  /** A task that was cut off can be undone, or its record says that it cannot, and then it had not begun. */
  async function checkInterrupted(
    host: Awaited<ReturnType<typeof hostOn>>,
    task: AgentTask,
    before: Record<string, string>,
    where: string,
  ): Promise<void> {
    assert.equal(task.reason, 'interrupted', where);
    if (task.checkpoint !== null) {
      await host.undo.diff(task.id);
      await host.undo.undo(task.id, { force: true }).catch((error: unknown) => {
        assert.match(String(error), /everything is as it would be/, where);
      });
    } else
      await assert.rejects(host.undo.undo(task.id), {
        code: 'no_checkpoint',
        message: /ended before the workspace was captured/,
      });
    assert.deepEqual(folderState(root()), before, where);
  }

  async function newestTask(host: Awaited<ReturnType<typeof hostOn>>): Promise<AgentTask> {
    const [session] = await host.sessions.listSessions({ limit: 1 });
    const [task] = await host.sessions.listTasks(session?.sessionId ?? '');
    assert.ok(task);
    return task;
  }

  /** The checkpoint of the folder by a store that knows nothing of earlier captures. */
  async function capturedAnew(): Promise<string> {
    const kept = `${store()}.kept`;
    execFileSync('mv', [store(), kept]);
    try {
      return await createCheckpoints({ root: root(), processes: createProcessTable(systemIds) }).capture(
        root(),
      );
    } finally {
      rmSync(store(), { recursive: true });
      execFileSync('mv', [kept, store()]);
    }
  }

  function checkpoints(): Checkpoints {
    return createCheckpoints({ root: root(), processes: createProcessTable(systemIds) });
  }

  function fsck(): string {
    const printed = git('fsck', '--full', '--strict', '--no-dangling');
    return printed.replaceAll(/^notice: .*\n/gm, '');
  }

  function git(...args: string[]): string {
    return execFileSync('git', args, {
      env: { ...process.env, GIT_DIR: store() },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
});

/** Whether anything of a process group runs. What has ended, and was not asked for yet, does not. */
function isRunning(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc').some(name => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const [state, , pgrp] = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(pgrp) === group && state !== 'Z' && state !== 'X';
    } catch {
      return false;
    }
  });
}

/** Locks that somebody else would meet. */
function locks(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    name => name.endsWith('.lock') && !name.startsWith('tmp/'),
  );
}
