import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { agentNames, isInstalled } from '../../scripts/agents/install.mts';
import type { AgentTask } from '../../src/core/task.ts';
import type { Decision } from '../../src/core/toolCall.ts';
import { listProcesses } from '../../src/workspace/processList.ts';
import { AcpFixture, failureOf } from '../agents/acp/acpFixture.ts';
import { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';
import type { Script } from '../support/scriptedModel/scriptedReply.ts';
import { skip } from '../support/skip.ts';
import { realAgent, type RealAgent } from './realAgent.ts';

const ALLOW: Decision = { allowed: true, by: 'person', scope: 'once' };
const DENY: Decision = { allowed: false, by: 'person', scope: 'once', reason: 'not now' };
const CLI = new URL('../../src/cli/main.ts', import.meta.url).pathname;
/** Says one word after the other for a minute; different ones, for some stop a model that repeats itself. */
const WORDS = Array.from({ length: 600 }, (_, index) => `slowly${String(index)}`);
const SLOWLY: Script = [{ kind: 'say', text: WORDS.join(' '), pauseMs: 100 }];

for (const name of agentNames) {
  describe(`${name}, the real one, over ACP`, function () {
    this.timeout(300_000);
    let fixture: AcpFixture;
    let model: ScriptedModel;
    let agent: RealAgent;

    before(async function () {
      this.timeout(15 * 60_000);
      const wanted = process.env['REAL_AGENTS']?.split(',') ?? agentNames;
      if (!wanted.includes(name)) skip(this, `${name} is not among REAL_AGENTS`);
      if (process.env['REAL_AGENTS_INSTALL'] === 'no' && !(await isInstalled(name)))
        skip(this, `${name} is not installed`);
      const probe = await ScriptedModel.start([]);
      await realAgent(name, probe, '/nowhere')
        .catch((error: unknown) => skip(this, `${name} cannot be installed: ${String(error)}`))
        .finally(() => probe.close());
    });

    beforeEach(async () => {
      fixture = await AcpFixture.create();
      model = await ScriptedModel.start([]);
      agent = await realAgent(name, model, join(fixture.state, 'home'));
    });

    afterEach(async () => {
      await model.close();
      // It may write its last words while it is removed.
      await pause(200);
      await fixture.close();
    });

    const target = (): string => join(fixture.root, 'made.txt');
    const task = (): {
      name: string;
      settings: RealAgent['settings'];
      text: string;
      approveInAdvance: false;
    } => ({
      ...{ name, settings: agent.settings, text: 'Write the file made.txt', approveInAdvance: false },
    });

    it('writes a file when it asked and was allowed', async () => {
      model.use(agent.writeFile(target(), 'made by an agent\n'));
      const { outcome, run } = await fixture.run({ ...task(), answer: () => ALLOW });
      assert.deepEqual(outcome, { status: 'completed', result: { summary: 'That is all.' } });
      assert.equal(readFileSync(target(), 'utf8'), 'made by an agent\n');
      assert.equal(run.questions.length, 1);
      assert.match(run.questions[0]!.subject, /made by an agent/);
      assert.equal(run.task.unsupervised, false);
      assert.deepEqual(
        run.task.filesChanged.map(change => [change.path, change.kind]),
        [['made.txt', 'added']],
      );
      assert.ok(run.calls.some(call => call.tool === agent.recordedAs && call.status === 'completed'));
    });

    it('writes nothing when it asked and was refused', async () => {
      model.use(agent.writeFile(target(), 'never\n'));
      const { outcome, run } = await fixture.run({ ...task(), answer: () => DENY });
      assert.equal(failureOf(outcome)[0], 'denied');
      assert.ok(!existsSync(target()));
      assert.deepEqual(run.task.filesChanged, []);
      assert.equal(run.task.unsupervised, false);
    });

    it('stops in the middle when it is cancelled, and nothing of it is left', async () => {
      model.use(SLOWLY);
      const controller = new AbortController();
      const started = fixture.start({ ...task(), signal: controller.signal });
      while (!started.run.printed.includes('slowly')) await pause(50);
      const group = started.run.calls.find(call => call.tool === 'start_agent')?.process?.pid;
      controller.abort();
      const before = performance.now();
      assert.equal(failureOf(await started.outcome)[0], 'cancelled');
      assert.ok(performance.now() - before < 15_000);
      assert.deepEqual(
        (await listProcesses()).filter(entry => entry.group === group),
        [],
      );
    });

    it('goes on with its conversation after it was killed', async () => {
      model.use(SLOWLY);
      const first = fixture.start({ ...task(), text: 'Remember the word heliotrope' });
      while (!first.run.printed.includes('slowly')) await pause(50);
      const { pid } = first.run.calls.find(call => call.tool === 'start_agent')!.process!;
      process.kill(-pid, 'SIGKILL');
      const [, code] = failureOf(await first.outcome);
      assert.equal(code, 'agent_exited');
      const killed: AgentTask = first.run.task;

      model.use(agent.writeFile(target(), 'made after all\n'));
      const asked = model.requests.length;
      const second = await fixture.run({ ...task(), earlier: [killed], answer: () => ALLOW });
      assert.equal(second.outcome.status, 'completed');
      if (agent.forgetsUnanswered !== true) assert.equal(second.run.task.agentSession, killed.agentSession);
      assert.ok(!second.run.printed.includes('slowly'), 'what was said before is not said again');
      const text = model.requests.slice(asked).map(request => request.text);
      assert.ok(
        text.some(sent => sent.includes('heliotrope')),
        'the model is told what was said before',
      );
      assert.equal(readFileSync(target(), 'utf8'), 'made after all\n');
    });

    it('goes on after the whole command line was killed', async () => {
      const config = join(fixture.state, 'config');
      mkdirSync(join(config, 'coding-agent'), { recursive: true });
      writeFileSync(
        join(config, 'coding-agent', 'config.json'),
        JSON.stringify({ acpAgents: { [name]: agent.settings } }),
      );
      const { PATH = '' } = process.env;
      const env = { PATH, HOME: fixture.state, XDG_CONFIG_HOME: config, NODE_NO_WARNINGS: '1' };
      const cli = (...args: string[]): ReturnType<typeof spawn> =>
        spawn(process.execPath, [CLI, ...args, '--root', fixture.root, '--trust', '--json', '--yes'], {
          env,
        });

      model.use(SLOWLY);
      const first = cli('run', 'Remember the word heliotrope', '--agent', `acp:${name}`);
      while (model.requests.every(request => !request.text.includes('heliotrope'))) await pause(50);
      await pause(1500);
      first.kill('SIGKILL');
      await once(first, 'exit');

      model.use(agent.writeFile(target(), 'made after all\n'));
      const asked = model.requests.length;
      const second = cli('run', 'Write the file made.txt', '--agent', `acp:${name}`);
      let output = '';
      second.stdout!.on('data', (text: Buffer) => (output += text.toString()));
      const [exitCode] = (await once(second, 'close')) as [number];
      assert.equal(exitCode, 0, output);
      const tasks = cli('tasks', 'list');
      let listed = '';
      tasks.stdout!.on('data', (text: Buffer) => (listed += text.toString()));
      await once(tasks, 'close');
      const all = (JSON.parse(listed) as { tasks: AgentTask[] }).tasks;
      const [killed, done] = ['Remember', 'Write'].map(word =>
        all.find(entry => entry.description.startsWith(word)),
      );
      assert.deepEqual([killed?.status, killed?.reason], ['failed', 'interrupted']);
      assert.equal(done?.status, 'completed');
      const told = model.requests.slice(asked).some(request => request.text.includes('heliotrope'));
      assert.ok(told, 'the model is told what was said before, by the agent or by us');
      if (agent.forgetsUnanswered !== true) assert.equal(done.agentSession, killed?.agentSession);
      assert.equal(readFileSync(target(), 'utf8'), 'made after all\n');
    });
  });
}
