import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InMemoryApprovals } from '../../src/agents/approvalMemory.ts';
import type { PermissionRule } from '../../src/agents/permissionRule.ts';
import { createTaskRunner } from '../../src/agents/taskRunner.ts';
import { ToolEnvironments } from '../../src/agents/toolEnvironments.ts';
import { CommandVerifier, createVerifyingRunner } from '../../src/agents/verification.ts';
import { verificationCandidates } from '../../src/agents/verificationCandidates.ts';
import { listProcesses } from '../../src/workspace/processList.ts';
import { SecretRedactor } from '../../src/workspace/redact.ts';
import { realClock } from '../workspace/realClock.ts';
import { temporaryFolder } from '../workspace/temporaryFolder.ts';
import { hashOf, randomIds, RecordingRun, type RecordingRunOptions } from './recordingRun.ts';
import { failed, type Ran } from './runTask.ts';

interface Settings {
  readonly configured?: string;
  readonly rules?: readonly PermissionRule[];
  readonly timeoutMs?: number;
  readonly approveInAdvance?: boolean;
}

describe('verifying with real commands', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let root: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
    root = path.join(folder.path, 'root');
    await mkdir(root);
  });
  afterEach(() => folder.remove());

  function verifierFor({ configured, rules = [], timeoutMs, approveInAdvance = false }: Settings): {
    verifier: CommandVerifier;
    run: (text: string, options?: Partial<RecordingRunOptions>) => Promise<Ran>;
  } {
    const commandTimeoutMs = timeoutMs ?? null;
    const acting = {
      ...{ clock: realClock, ids: randomIds, policy: { approveInAdvance, rules } },
      ...{
        approvals: new InMemoryApprovals(),
        environments: new ToolEnvironments({ clock: realClock, commandTimeoutMs }),
      },
    };
    const verifier = new CommandVerifier({
      ...{ ...acting, redactor: new SecretRedactor(), configured: () => configured },
    });
    const runner = createVerifyingRunner(
      createTaskRunner({ ...acting, recipes: [], commandTimeoutMs }),
      verifier,
    );
    return {
      verifier,
      run: async (text, options) => {
        const run = new RecordingRun({ text, workingDirectory: root, ...options });
        return { run, outcome: await runner.run(run) };
      },
    };
  }

  const own = (command: string) => ({ verify: { command, instructed: true } });

  it('keeps the evidence: command, exit code, output, hash, what it covers; through the same records as any command', async () => {
    const { run } = verifierFor({});
    const ran = await run('create file a.txt with content: hello', own('cat a.txt; echo done'));
    assert.equal(ran.outcome.status, 'completed');
    const { verification, filesChanged } = ran.run.task;
    const call = ran.run.calls.at(-1);
    assert.ok(verification && call);
    const { at: _at, covered, ...rest } = verification;
    assert.deepEqual(rest, {
      ...{ command: 'cat a.txt; echo done', exitCode: 0, passed: true, tree: null, callId: call.id },
      ...{ outputHash: hashOf('hello\ndone\n'), output: { bytes: 11, tail: 'hello\ndone\n' } },
    });
    assert.equal(covered?.files, 1);
    assert.deepEqual(
      [call.tool, call.input, call.decision?.by, call.status, call.stepId],
      ['run_command', { command: 'cat a.txt; echo done' }, 'instruction', 'completed', null],
    );
    assert.ok((call.process?.pid ?? 0) > 0);
    assert.deepEqual(
      filesChanged.map(change => change.path),
      ['a.txt'],
    );
  });

  it('that does not pass makes the task fail, whatever the agent reported', async () => {
    const { run } = verifierFor({});
    const ran = await run('create file a.txt with content: x', own('echo broken; exit 3'));
    const message = failed(ran, 'verification', 'verification_failed');
    assert.match(message, /reported success.*exit code 3.*kept/);
    assert.ok(
      ran.outcome.status === 'failed' && ran.outcome.result !== undefined,
      'what the agent reported is kept',
    );
    const { verification } = ran.run.task;
    assert.deepEqual(
      [verification?.exitCode, verification?.passed, verification?.output?.tail],
      [3, false, 'broken\n'],
    );
    assert.equal(await readFile(path.join(root, 'a.txt'), 'utf8'), 'x\n');
  });

  it('does not run after a failure, and only after work when the settings say it', async () => {
    const { run } = verifierFor({ configured: 'echo settings' });
    failed(await run('$ exit 1', own('true')), 'error', 'exit_code');
    const verified = async (text: string, options = {}): Promise<string | undefined> =>
      (await run(text, options)).run.task.verification?.command;
    assert.equal(await verified('$ exit 1'), undefined);
    // The fixture's tasks are of type code.
    assert.equal(await verified('$ true'), 'echo settings');
    assert.equal(await verified('$ true', own('echo flag')), 'echo flag');
    for (const [text, expected] of [
      ['$ true', undefined],
      ['$ touch made', 'echo settings'],
    ] as const) {
      assert.equal(await verified(text, { type: 'command' }), expected);
    }
  });

  it('is one’s own words, or is asked for like any command; a denial fails the task', async () => {
    const { run } = verifierFor({});
    const foreign = { verify: { command: 'touch checked', instructed: false } };
    const denied = await run('create file a.txt with content: x', foreign);
    assert.match(failed(denied, 'denied', 'denied'), /not verified.*not allowed/);
    assert.deepEqual(
      denied.run.questions.map(({ subject }) => subject),
      ['touch checked'],
    );
    await assert.rejects(readFile(path.join(root, 'checked')));
    const allowed = await run('create file b.txt with content: x', {
      ...foreign,
      answer: () => ({ allowed: true, by: 'person', scope: 'once' }),
    });
    assert.equal(allowed.outcome.status, 'completed');
    assert.equal(allowed.run.calls.at(-1)?.decision?.by, 'person');
    // The task's text is someone else's and was approved; that approves no other command.
    const text = await run('create file c.txt with content: x', {
      ...{ ...foreign, instructed: false },
      answer: ({ subject }) => ({ allowed: subject.startsWith('create'), by: 'person', scope: 'once' }),
    });
    failed(text, 'denied', 'denied');
    const rules: PermissionRule[] = [{ effect: 'deny', tool: 'run_command' }];
    const ruled = await verifierFor({ rules }).run('create file d.txt with content: x', own('true'));
    failed(ruled, 'denied', 'denied');
  });

  it('is stopped at the time limit, and by cancelling, with all that came from it', async () => {
    const slow = 'sleep 300 & sleep 300';
    const late = await verifierFor({ timeoutMs: 300 }).run('create file a.txt with content: x', own(slow));
    failed(late, 'verification', 'verification_failed');
    assert.deepEqual(
      [late.run.task.verification?.exitCode, late.run.task.verification?.passed],
      [null, false],
    );
    const stop = new AbortController();
    const cancelled = await verifierFor({}).run('create file b.txt with content: x', {
      ...own(slow),
      signal: stop.signal,
      onEvent: event => {
        if (event.type === 'processStarted') stop.abort();
      },
    });
    failed(cancelled, 'cancelled', 'cancelled');
    assert.equal(cancelled.run.task.verification, null);
    for (const ran of [late, cancelled]) {
      const pid = ran.run.calls.at(-1)?.process?.pid;
      assert.ok(pid);
      assert.ok((await listProcesses()).every(entry => entry.group !== pid && entry.pid !== pid));
    }
  });

  it('hides secrets in the evidence, and hashes what is on record', async () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const ran = await verifierFor({}).run(
      'create file a.txt with content: x',
      own(`echo ghp_; printf %s ${secret}`),
    );
    const { verification } = ran.run.task;
    assert.ok(verification?.output);
    assert.ok(!verification.output.tail.includes(secret));
    assert.equal(verification.outputHash, hashOf(verification.output.tail));
    const large = await verifierFor({}).run(
      'create file b.txt with content: x',
      own('head -c 40000 /dev/zero | tr "\\0" x'),
    );
    const { output, outputHash } = large.run.task.verification ?? {};
    assert.deepEqual([output?.bytes, output?.tail.length, output?.blob], [40_000, 2048, outputHash]);
  });

  it('is stale once a file that it covers is another, gone or a link, and not stale again when it is back', async () => {
    const { verifier, run } = verifierFor({});
    const ran = await run(
      'create file src/a.txt with content: a\ncreate file b.txt with content: b\nmove b.txt to c.txt',
      own('true'),
    );
    const { task } = ran.run;
    const stale = (): Promise<boolean | null> => verifier.isStale(task, root);
    assert.equal(await stale(), false);
    await writeFile(path.join(root, 'unrelated.txt'), 'x');
    assert.equal(await stale(), false);
    const file = path.join(root, 'src', 'a.txt');
    await writeFile(file, 'other');
    assert.equal(await stale(), true);
    await writeFile(file, 'a\n');
    assert.equal(await stale(), false);
    await rm(path.join(root, 'c.txt'));
    assert.equal(await stale(), true);
    await writeFile(path.join(root, 'c.txt'), 'b\n');
    assert.equal(await stale(), false);
    // Nothing is known without files, nor of paths that lead outside.
    const none = await run('$ true', own('true'));
    assert.equal(await verifier.isStale(none.run.task, root), null);
    const outside = { ...task, filesChanged: [{ path: '../../etc/passwd', kind: 'modified' as const }] };
    assert.equal(await verifier.isStale(outside, root), null);
  });

  it('knows what a workspace offers, and takes nothing for a command that is none', async () => {
    const offered = async (): Promise<string[]> =>
      (await verificationCandidates(root)).map(({ command, kind }) => `${kind}: ${command}`);
    const manifest = (content: unknown): Promise<void> =>
      writeFile(
        path.join(root, 'package.json'),
        typeof content === 'string' ? content : JSON.stringify(content),
      );
    assert.deepEqual(await offered(), []);
    await manifest({ scripts: { test: 'node --test', 'type-check': 'tsc', lint: 'eslint .', build: 'x' } });
    assert.deepEqual(await offered(), ['test: npm test', 'types: npm run type-check', 'lint: npm run lint']);
    await writeFile(path.join(root, 'pnpm-lock.yaml'), '');
    assert.deepEqual((await offered())[0], 'test: pnpm test');
    await rm(path.join(root, 'pnpm-lock.yaml'));
    for (const content of [
      '{',
      '[]',
      'null',
      { scripts: [] },
      { scripts: { test: 'echo "Error: no test specified" && exit 1' } },
      { scripts: { test: 7 } },
      '{"scripts":{"__proto__":{"test":"evil"}}}',
    ]) {
      await manifest(content);
      assert.deepEqual(await offered(), [], JSON.stringify(content));
    }
    await rm(path.join(root, 'package.json'));
    await mkdir(path.join(root, 'package.json'));
    await writeFile(path.join(root, 'Cargo.toml'), '[package]\nname = "x"\n');
    await writeFile(path.join(root, 'Makefile'), 'all:\n\ntest: all\n\ttrue\n');
    assert.deepEqual(await offered(), ['test: cargo test', 'test: make test']);
  });
});
