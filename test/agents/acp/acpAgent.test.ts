import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentTask } from '../../../src/core/task.ts';
import type { Decision } from '../../../src/core/toolCall.ts';
import { listProcesses } from '../../../src/workspace/processList.ts';
import { HurriedClock } from '../../support/hurriedClock.ts';
import { AcpFixture, failureOf } from './acpFixture.ts';

const ALLOW: Decision = { allowed: true, by: 'person', scope: 'once' };
const DENY: Decision = { allowed: false, by: 'person', scope: 'once', reason: 'not now' };

describe('an agent over ACP', () => {
  let fixture: AcpFixture;

  beforeEach(async () => {
    fixture = await AcpFixture.create();
  });

  afterEach(() => fixture.close());

  for (const behaviour of ['write', 'updatesOnly', 'fsWrite', 'noise']) {
    it(`writes a file that a person allowed (${behaviour}): asked once, with the diff`, async () => {
      const { outcome, run } = await fixture.run({
        ...{
          text: 'Make it',
          settings: fixture.scripted(behaviour),
          approveInAdvance: false,
          answer: () => ALLOW,
        },
      });
      assert.deepEqual(outcome, { status: 'completed', result: { summary: 'Written.' } });
      assert.equal(readFileSync(join(fixture.root, 'made.txt'), 'utf8'), 'made for: Make it\n');
      assert.equal(run.questions.length, 1);
      assert.match(run.questions[0]!.subject, /\+\+\+ b\/made\.txt[^]*\+made for: Make it/);
      assert.deepEqual(
        run.task.filesChanged.map(({ path, kind }) => [path, kind]),
        [['made.txt', 'added']],
      );
      assert.equal(run.task.unsupervised, false);
      assert.match(run.task.agentSession ?? '', /^s-\d+$/);
      const write = run.calls.find(call => call.tool === 'write_file');
      assert.equal(write?.status, 'completed');
      assert.deepEqual(write.decision, ALLOW);
      assert.ok(run.calls.every(call => call.endedAt !== undefined));
      assert.match(run.printed, /I will write a file\. /);
      assert.ok(run.task.plan!.steps.length > 0);
    });
  }

  it('ends denied when the person refuses, and nothing is written', async () => {
    const { outcome, run } = await fixture.run({
      ...{ settings: fixture.scripted('write'), approveInAdvance: false, answer: () => DENY },
    });
    const [reason, code, error] = failureOf(outcome);
    assert.deepEqual([reason, code], ['denied', 'denied']);
    assert.match(error, /not now/);
    assert.ok(!existsSync(join(fixture.root, 'made.txt')));
    assert.equal(run.calls.find(call => call.tool === 'write_file')?.status, 'denied');
  });

  it('denies where nobody can be asked, and allows in advance with --yes', async () => {
    const settings = fixture.scripted('command');
    assert.equal(failureOf((await fixture.run({ settings, approveInAdvance: false })).outcome)[0], 'denied');
    const { outcome, run } = await fixture.run({ settings });
    assert.equal(outcome.status, 'completed');
    const call = run.calls.find(({ tool }) => tool === 'run_command');
    assert.equal(call?.decision?.by, 'flag');
    assert.match(run.printed, /it ran/);
    assert.ok(existsSync(join(fixture.root, 'ran')));
  });

  it('asks anew when the agent asks another thing under the same name', async () => {
    const { run, outcome } = await fixture.run({
      ...{ settings: fixture.scripted('asksTwice'), approveInAdvance: false },
      answer: ({ subject }) => (subject === 'ls' ? ALLOW : DENY),
    });
    assert.equal(failureOf(outcome)[0], 'denied');
    assert.deepEqual(
      run.questions.map(({ subject }) => subject),
      ['ls', 'rm -rf .'],
    );
    assert.deepEqual(
      run.calls
        .filter(({ tool }) => tool === 'run_command')
        .map(({ decision, status }) => [decision?.allowed, status]),
      [
        [true, 'completed'],
        [false, 'denied'],
      ],
    );
    assert.match(run.printed, /yes, no/);
  });

  it('marks a task whose agent acts without asking, and notices what it changed', async () => {
    const { outcome, run } = await fixture.run({
      settings: fixture.scripted('unasked'),
      approveInAdvance: false,
    });
    assert.equal(outcome.status, 'completed');
    assert.equal(run.task.unsupervised, true);
    assert.deepEqual(
      run.task.filesChanged.map(change => change.path),
      ['made.txt'],
    );
  });

  it('chooses the mode in which the agent asks, and says when there is none', async () => {
    const asking = await fixture.run({
      settings: fixture.scripted('missing', { MODES: 'plan,default,yolo' }),
    });
    assert.equal(asking.run.task.unsupervised, false);
    assert.equal(readFileSync(join(fixture.state, 'mode'), 'utf8'), 'default');
    const never = await fixture.run({ settings: fixture.scripted('missing', { MODES: 'plan,yolo' }) });
    assert.equal(never.run.task.unsupervised, true);
  });

  it('makes its plan ours, and reports what it used', async () => {
    const { run } = await fixture.run({ settings: fixture.scripted('plan') });
    assert.deepEqual(
      run.task.plan?.steps.map(step => [step.title, step.status]),
      [
        ['Look', 'completed'],
        ['Write', 'completed'],
      ],
    );
    assert.deepEqual(run.task.usage, { inputTokens: 1234, outputTokens: null, cost: 0.25 });
  });

  it('gives an empty text for a file that is not there', async () => {
    const { outcome } = await fixture.run({ settings: fixture.scripted('missing') });
    assert.deepEqual(outcome, { status: 'completed', result: { summary: 'It has 0 characters.' } });
  });

  it('gives it nothing outside the working directory, and the task fails in sight', async () => {
    writeFileSync(join(fixture.root, 'inside.txt'), '');
    const { outcome, run } = await fixture.run({ settings: fixture.scripted('outside') });
    const [reason, , error] = failureOf(outcome);
    assert.equal(reason, 'denied');
    assert.match(error, /working directory/);
    assert.ok(!existsSync('/tmp/outside-of-everything.txt'));
    assert.ok(!existsSync(join(fixture.root, '../out.txt')));
    assert.deepEqual(
      run.calls.filter(call => call.tool.endsWith('_file')).map(call => call.status),
      ['denied', 'denied', 'denied'],
    );
  });

  it('gives it the allow-listed environment and what the user set, nothing else', async () => {
    process.env['SOME_API_TOKEN'] = 'never-passed-on';
    process.env['PASSED_KEY'] = 'passed-on-value-1';
    const env = { STATE: fixture.state, THE_KEY: '${env:PASSED_KEY}' };
    const dump = `require('fs').writeFileSync('${fixture.state}/env', JSON.stringify(process.env)); process.exit(1)`;
    await fixture.run({ settings: { command: process.execPath, args: ['-e', dump], env } });
    delete process.env['SOME_API_TOKEN'];
    delete process.env['PASSED_KEY'];
    const given = JSON.parse(readFileSync(join(fixture.state, 'env'), 'utf8')) as Record<string, string>;
    assert.equal(given['THE_KEY'], 'passed-on-value-1');
    assert.equal(given['SOME_API_TOKEN'], undefined);
    assert.match(fixture.redactor.redact('see passed-on-value-1'), /\[secret/);
  });

  it('says how to install what is not there', async () => {
    const { outcome } = await fixture.run({ settings: { command: 'no-such-agent' } });
    const [, code, error] = failureOf(outcome);
    assert.equal(code, 'no_agent');
    assert.match(error, /acpAgents\.test\.command/);
  });

  describe('going on with a conversation', () => {
    async function twice(env: Readonly<Record<string, string>>, forget = false): Promise<string> {
      const settings = fixture.scripted('missing', { ...env, TELL: 'memory' });
      const first = await fixture.run({ settings });
      const { task } = first.run;
      if (forget) writeFileSync(join(fixture.state, `${task.agentSession ?? ''}.json`), '');
      const earlier: AgentTask[] = [{ ...task, status: 'completed', agent: 'acp:test' }];
      const second = await fixture.run({ settings, earlier });
      if (env['RESUME'] !== undefined) {
        assert.equal(second.run.task.agentSession, task.agentSession);
        assert.ok(!second.run.printed.includes('long ago'), 'what was replayed is not said again');
      } else assert.notEqual(second.run.task.agentSession, task.agentSession);
      return (second.outcome.result as { summary: string }).summary;
    }

    it('resumes where the agent can', async () => {
      assert.match(await twice({ RESUME: 'resume' }), /I know 2 prompts/);
    });

    it('loads where it can do that, without its replay', async () => {
      assert.match(await twice({ RESUME: 'load' }), /I know 2 prompts/);
    });

    it('begins a new one where it can do neither, and tells what was done', async () => {
      assert.match(await twice({}), /I know 1 prompts/);
    });
  });

  describe('that misbehaves', () => {
    async function failure(
      behaviour: string,
      clock?: HurriedClock,
    ): Promise<readonly [string, string, string]> {
      const { outcome, run } = await fixture.run({
        settings: fixture.scripted(behaviour),
        ...(clock && { clock }),
      });
      assert.ok(
        run.calls.every(call => call.endedAt !== undefined),
        'a call is left open',
      );
      return failureOf(outcome);
    }

    for (const [behaviour, code, message] of [
      ['exit', 'agent_exited', /exit code 3.*Something broke inside/],
      ['exitAtOnce', 'agent_exited', /exit code 7/],
      ['garbage', 'agent_garbage', /lines that are no messages/],
      ['longLine', 'agent_garbage', /32 MB/],
      ['flood', 'agent_flooded', /more text than any task needs/],
      ['floodCalls', 'agent_flooded', /more calls/],
      ['auth', 'agent_auth', /log in/],
      ['version', 'agent_protocol', /version 99/],
      ['refusal', 'agent_refused', /refused/],
    ] as const) {
      it(`is survived: ${behaviour}`, async () => {
        const [reason, found, error] = await failure(behaviour);
        assert.deepEqual([reason, found], ['error', code]);
        assert.match(error, message);
      });
    }

    for (const behaviour of ['silent', 'hang']) {
      it(`is survived: ${behaviour}`, async () => {
        const [, code] = await failure(
          behaviour,
          behaviour === 'silent' ? new HurriedClock(100) : new HurriedClock(1000, { above: 600_000 }),
        );
        assert.equal(code, 'agent_silent');
      });
    }

    it('does not grow with a flood', async () => {
      const before = process.memoryUsage().rss;
      await failure('flood');
      assert.ok(process.memoryUsage().rss - before < 200 * 1024 * 1024);
    });
  });

  describe('that is cancelled', () => {
    for (const behaviour of ['slow', 'stubborn']) {
      it(`is stopped with all that came from it (${behaviour})`, async () => {
        const controller = new AbortController();
        const clock = new HurriedClock(20, { upTo: 5000 });
        const started = fixture.start({
          settings: fixture.scripted(behaviour),
          signal: controller.signal,
          clock,
        });
        while (started.run.printed === '') await new Promise(resolve => setTimeout(resolve, 10));
        const call = started.run.calls.find(({ tool }) => tool === 'start_agent');
        controller.abort();
        assert.deepEqual(failureOf(await started.outcome).slice(0, 2), ['cancelled', 'cancelled']);
        const left = (await listProcesses()).filter(({ group }) => group === call?.process?.pid);
        assert.deepEqual(left, []);
      });
    }

    it('answers the open question with "cancelled"', async () => {
      const controller = new AbortController();
      const started = fixture.start({
        ...{ settings: fixture.scripted('asksForever'), signal: controller.signal, approveInAdvance: false },
        answer: () => {
          controller.abort();
          throw Object.assign(new Error('cancelled'), { code: 'cancelled' });
        },
      });
      assert.equal(failureOf(await started.outcome)[0], 'cancelled');
    });
  });
});
