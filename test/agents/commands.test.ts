import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SessionError } from '../../src/core/errors.ts';
import { listProcesses } from '../../src/workspace/processList.ts';
import { limitClock } from '../workspace/limitClock.ts';
import { temporaryFolder } from '../workspace/temporaryFolder.ts';
import { completed, failed, runIn, type RunTask } from './runTask.ts';

describe('commands', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let root: string;
  let runTask: RunTask;
  const at = (...names: string[]): string => path.join(root, ...names);
  const read = (name: string): Promise<string> => readFile(at(name), 'utf8');

  beforeEach(async () => {
    folder = await temporaryFolder();
    root = path.join(folder.path, 'root');
    runTask = runIn(root);
    await mkdir(root);
  });
  afterEach(() => folder.remove());

  it('stop at the time limit', async () => {
    const clock = limitClock(300, () => existsSync(at('a')));
    const ran = await runTask('$ echo begun > a; sleep 600', {}, { clock, commandTimeoutMs: 300 });
    assert.match(failed(ran, 'timeout', 'timeout'), /0\.3 s.*kept/s);
    assert.equal(ran.run.task.filesChanged[0]?.path, 'a');
  });

  it('stop with all their processes when the task is cancelled', async () => {
    const controller = new AbortController();
    const running = runTask('$ sleep 61.5 & echo $! > pid; sleep 61.5\n$ touch never', {
      signal: controller.signal,
    });
    while (!(existsSync(at('pid')) && (await read('pid')).endsWith('\n'))) await pause(20);
    controller.abort(new SessionError('cancelled', 'The task was cancelled.'));
    const ran = await running;
    failed(ran, 'cancelled', 'cancelled');
    assert.equal(ran.run.calls[0]?.status, 'cancelled');
    assert.equal(ran.run.calls.length, 1);
    const pid = Number(await read('pid'));
    assert.equal(
      (await listProcesses()).some(entry => entry.pid === pid),
      false,
    );
    assert.equal(existsSync(at('never')), false);
  });

  it('start nothing when they cannot be recorded, and end when their output cannot', async () => {
    const full = new SessionError('storage_full', 'The disk is full.');
    const ran = await runTask('$ touch acted', {
      onEvent: event => {
        if (event.type === 'processStarted') throw full;
      },
    });
    assert.ok(ran.outcome.status === 'failed');
    assert.deepEqual(
      [ran.outcome.reason, ran.outcome.errorCode, ran.outcome.error],
      ['error', 'storage_full', full.message],
    );
    assert.equal(existsSync(at('acted')), false);
  });

  it('tell which files they changed, and ended what they left behind', async () => {
    await writeFile(at('edit'), '1\n2\n');
    await writeFile(at('gone'), 'x\n');
    const run = completed(
      await runTask(
        '$ echo 3 >> edit; rm gone; mkdir -p node_modules/p; touch node_modules/p/i.js new; sleep 60 &',
      ),
    );
    assert.deepEqual(
      run.task.filesChanged.map(change => [change.path, change.kind, change.added, change.removed]),
      [
        ['edit', 'modified', 1, 0],
        ['gone', 'deleted', 0, 1],
        ['new', 'added', 0, 0],
      ],
    );
    assert.match(run.task.plan?.steps[0]?.detail ?? '', /^exit 0 · 1 left in the background, ended$/);
  });

  it('fit on record whatever their size', async () => {
    const long = 'x'.repeat(30_000);
    const ran = await runTask(`$ : ${long}\ncreate file a with content: ${long}`);
    for (const event of completed(ran).events) assert.ok(JSON.stringify(event).length < 60_000, event.type);
    assert.equal((await read('a')).length, 30_001);
  });
});
