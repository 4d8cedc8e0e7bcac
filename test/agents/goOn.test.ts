import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentTask } from '../../src/core/task.ts';
import type { Decision, ToolCall } from '../../src/core/toolCall.ts';
import { openHost, profileIn } from '../support/openHost.ts';
import type { Host } from '../../src/host/host.ts';
import { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';
import { callTool, say } from '../support/scriptedModel/scriptedReply.ts';

const ACP = fileURLToPath(new URL('../support/scriptedAcpAgent.mjs', import.meta.url));
const ALLOW: Decision = { allowed: true, by: 'person', scope: 'once' };

describe('a task whose host was closed while it waited for an answer', function () {
  let base: string;
  let root: string;
  let server: ScriptedModel;
  let host: Host;

  beforeEach(async () => {
    base = await realpath(await mkdtemp(join(tmpdir(), 'go-on-')));
    root = join(base, 'work');
    server = await ScriptedModel.start([]);
    await Promise.all(['work', 'config', 'state'].map(name => mkdir(join(base, name))));
    const model = { provider: 'openai-compatible', model: 'scripted', baseUrl: server.baseUrl };
    const agent = (behaviour: string): object => ({
      ...{ command: process.execPath, args: [ACP, behaviour], env: { STATE: join(base, 'state') } },
    });
    const acpAgents = { mine: agent('command'), fickle: agent('commandGivenUp') };
    const permissions = { ask: [{ tool: 'append_to_file' }] };
    await writeFile(
      join(base, 'config', 'config.json'),
      JSON.stringify({ agent: 'model', model, acpAgents, permissions }),
    );
    host = await open();
  });
  afterEach(async () => {
    await host.close();
    await server.close();
    await rm(base, { recursive: true });
  });

  function open(): Promise<Host> {
    return openHost(root, profileIn(base));
  }

  async function until<T>(what: string, probe: () => Promise<T | undefined>): Promise<T> {
    const deadline = performance.now() + 120_000;
    for (;;) {
      const found = await probe();
      if (found !== undefined) return found;
      if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}`);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }

  const question = (taskId: string): Promise<ToolCall> =>
    until('the question', async () => {
      const { toolCalls } = await host.sessions.getTask(taskId);
      return toolCalls.find(call => call.status === 'awaiting_approval');
    });

  const end = (taskId: string): Promise<AgentTask> =>
    until('the end', async () => {
      const { task } = await host.sessions.getTask(taskId);
      return task.status === 'completed' || task.status === 'failed' ? task : undefined;
    });

  /** Starts it, closes the host at its first question, opens another host, answers, and resolves with the end. */
  async function interrupted(task: string, agent: string, answer: Decision): Promise<AgentTask> {
    const { taskId } = await host.sessions.startTask({ task, agent });
    const { approvalId = '' } = await question(taskId);
    await host.close();
    host = await open();
    const before = await host.sessions.getTask(taskId);
    assert.equal(before.task.reason, 'interrupted');
    assert.equal(before.offered?.approvalId, approvalId);
    const next = await host.sessions.decideApproval(taskId, approvalId, answer);
    return end(next.id);
  }

  it('goes on with a model: what it did is done once, the pending call is carried out, the conversation is whole', async () => {
    server.use([
      callTool('update_plan', {
        steps: [
          { title: 'Count', status: 'in_progress' },
          { title: 'Tell', status: 'pending' },
        ],
      }),
      callTool('list_files', { path: '.' }),
      callTool('run_command', { command: 'echo once >> count.txt' }),
      say('Counted.'),
    ]);
    const task = await interrupted('Count', 'model', ALLOW);
    assert.equal(task.status, 'completed', task.error);
    assert.deepEqual([task.attempt, task.result], [2, { summary: 'Counted.' }]);
    assert.equal(await readFile(join(root, 'count.txt'), 'utf8'), 'once\n');
    assert.equal(server.requests.length, 4, 'the model was asked nothing twice');
    const last = server.requests.at(-1)!;
    assert.match(last.toolResults[0]!, /interrupted/);
    assert.match(last.toolResults[1]!, /exit 0/);
    assert.deepEqual(
      task.plan?.steps.map(({ title, status }) => [title, status]),
      [
        ['Count', 'completed'],
        ['Tell', 'skipped'],
      ],
    );
  });

  it('goes on with a model that asked in words, also over two interruptions', async () => {
    server.use([
      callTool('ask_user', { question: 'Which name?' }),
      callTool('write_file', { path: 'name.txt', content: 'Ada' }),
      say('Written.'),
    ]);
    const { taskId } = await host.sessions.startTask({ task: 'Name it', agent: 'model' });
    const { approvalId = '' } = await question(taskId);
    await host.close();
    host = await open();
    const second = await host.sessions.decideApproval(taskId, approvalId, { ...ALLOW, text: 'Ada' });
    const asked = await question(second.id);
    assert.equal(asked.tool, 'write_file');
    await host.close();
    host = await open();
    const third = await host.sessions.decideApproval(second.id, asked.approvalId ?? '', ALLOW);
    const task = await end(third.id);
    assert.deepEqual([task.status, task.attempt], ['completed', 3], task.error);
    assert.equal(await readFile(join(root, 'name.txt'), 'utf8'), 'Ada');
    assert.ok(server.requests.at(-1)!.toolResults.includes('The person answered: Ada'));
  });

  it('tells the model of a denial and its reason', async () => {
    server.use([callTool('run_command', { command: 'touch no' }), say('Then not.')]);
    const denial: Decision = { allowed: false, by: 'person', scope: 'once', reason: 'Never touch.' };
    const task = await interrupted('Touch', 'model', denial);
    assert.deepEqual([task.status, task.reason], ['failed', 'denied']);
    assert.match(server.requests.at(-1)!.toolResults[0]!, /Never touch\./);
    assert.ok(!existsSync(join(root, 'no')));
  });

  it('asks again when a file became another one since: the answer was for the change that was shown', async () => {
    await writeFile(join(root, 'a.txt'), 'one\n');
    server.use([callTool('edit_file', { path: 'a.txt', old_text: 'one', new_text: 'two' }), say('Edited.')]);
    const { taskId } = await host.sessions.startTask({ task: 'Edit', agent: 'model' });
    const { approvalId = '' } = await question(taskId);
    await host.close();
    await writeFile(join(root, 'a.txt'), 'zero\none\n');
    host = await open();
    const next = await host.sessions.decideApproval(taskId, approvalId, ALLOW);
    const again = await question(next.id);
    assert.match(again.subject ?? '', / zero/);
    await host.sessions.decideApproval(next.id, again.approvalId ?? '', ALLOW);
    assert.equal((await end(next.id)).status, 'completed');
    assert.equal(await readFile(join(root, 'a.txt'), 'utf8'), 'zero\ntwo\n');
  });

  it('has a model make a call again that the records do not hold in full', async () => {
    const content = 'x'.repeat(9000);
    server.use([
      callTool('write_file', { path: 'large.txt', content }),
      callTool('write_file', { path: 'large.txt', content }),
      say('Written.'),
    ]);
    const task = await interrupted('Write', 'model', ALLOW);
    assert.equal(task.status, 'completed', task.error);
    assert.match(server.requests[1]!.text, /make it again/);
    assert.equal((await readFile(join(root, 'large.txt'), 'utf8')).length, 9000);
  });

  it('goes on with the steps that are left of explicit instructions', async () => {
    const task = await interrupted(
      '$ echo once >> log.txt\nappend to log.txt: twice\n$ cat log.txt',
      'direct',
      ALLOW,
    );
    assert.equal(task.status, 'completed', task.error);
    assert.equal(await readFile(join(root, 'log.txt'), 'utf8'), 'once\ntwice\n');
    assert.deepEqual(
      task.plan?.steps.map(({ status }) => status),
      ['completed', 'completed', 'completed'],
    );
    const { toolCalls } = await host.sessions.getTask(task.id);
    assert.deepEqual(
      toolCalls.map(({ tool }) => tool),
      ['append_to_file', 'run_command'],
    );
  });

  for (const name of ['mine', 'fickle']) {
    it(`goes on with an external agent (${name}): its own conversation, and the answer when it asks for the same`, async () => {
      const task = await interrupted('Touch', `acp:${name}`, ALLOW);
      assert.equal(task.status, 'completed', task.error);
      assert.ok(existsSync(join(root, 'ran')));
      const { toolCalls } = await host.sessions.getTask(task.id);
      assert.deepEqual(toolCalls.find(({ tool }) => tool === 'run_command')?.decision, ALLOW);
    });
  }
});
