import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';
import { callTool, say } from '../support/scriptedModel/scriptedReply.ts';
import { skip } from '../support/skip.ts';
import { eventually, useCli } from './support/cli.ts';
import { missingPty, Pty } from './support/pty.ts';

describe('answers on the terminal', function () {
  this.timeout(300_000);
  const cli = useCli();
  let server: ScriptedModel;

  before(async function () {
    const reason = missingPty();
    if (reason !== undefined) skip(this, reason);
    server = await ScriptedModel.start([]);
  });
  after(async function () {
    if (missingPty() === undefined) await server.close();
  });

  function configure(more: object = {}): void {
    const folder = join(cli.home, 'config', 'coding-agent');
    mkdirSync(folder, { recursive: true });
    const model = { provider: 'openai-compatible', model: 'scripted', baseUrl: server.baseUrl };
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ agent: 'model', model, ...more }));
  }

  const count = (): number => readFileSync(join(cli.root, 'count.txt'), 'utf8').length;

  it('always for exactly this: kept in the profile for later runs, listed, and taken back', async () => {
    configure();
    const script = [callTool('run_command', { command: 'printf x >> count.txt' }), say('Counted.')];
    await cli.json(['trust']);
    server.use(script);
    const first = new Pty(cli, ['run', 'Count']);
    await first.shows(/a, s, e or d\? $/);
    first.type('e\n');
    assert.equal(await first.exit(), 0);
    server.use(script);
    const second = new Pty(cli, ['run', 'Count again', '--new']);
    assert.equal(await second.exit(), 0);
    assert.doesNotMatch(second.text, /a, s, e or d/);
    assert.equal(count(), 2);
    const { approvals } = (await cli.json(['approvals', 'list'])) as unknown as {
      approvals: { id: string; subject: string; scope: string }[];
    };
    assert.deepEqual(
      approvals.map(({ subject, scope }) => [subject, scope]),
      [['printf x >> count.txt', 'exact']],
    );
    assert.match((await cli.run(['approvals', 'list'])).stdout, /run_command: printf x/);
    assert.equal((await cli.run(['approvals', 'revoke', 'ffffffffff'])).code, 2);
    assert.equal((await cli.run(['approvals', 'revoke'])).code, 2);
    assert.equal((await cli.run(['approvals', 'revoke', (approvals[0]?.id ?? '').slice(0, 8)])).code, 0);
    server.use(script);
    assert.equal((await cli.run(['run', 'Count once more'])).code, 3);
    assert.equal(count(), 2);
  });

  it('always in this session: for later runs in it, not in another, and gone with the trust', async () => {
    configure();
    const run = (command: string) => [callTool('run_command', { command }), say('Done.')];
    await cli.json(['trust']);
    server.use(run('true one'));
    const first = new Pty(cli, ['run', 'One', '--new']);
    await first.shows(/a, s, e or d\? $/);
    first.type('s\n');
    assert.equal(await first.exit(), 0);
    server.use(run('true two'));
    assert.equal((await cli.run(['run', 'Two'])).code, 0);
    server.use(run('true three'));
    assert.equal((await cli.run(['run', 'Three', '--new'])).code, 3);
    await cli.json(['trust', '--revoke']);
    await cli.json(['trust', '--revoke']);
    const { approvals } = (await cli.json(['approvals', 'list'])) as unknown as { approvals: unknown[] };
    assert.deepEqual(approvals, []);
  });

  it('deny, with a reason that the model reads', async () => {
    configure();
    await cli.json(['trust']);
    server.use([callTool('run_command', { command: 'true' }), say('Then not.')]);
    const pty = new Pty(cli, ['run', 'Do it', '--new']);
    await pty.shows(/a, s, e or d\? $/);
    pty.type('d\n');
    await pty.shows(/Why .*\? $/);
    pty.type('Not on a Sunday.\n');
    assert.equal(await pty.exit(), 3);
    assert.match(server.requests.at(-1)!.toolResults[0]!, /Not on a Sunday\./);
  });

  it('in words, to a question that is asked in words', async () => {
    configure();
    await cli.json(['trust']);
    server.use([callTool('ask_user', { question: 'Which port?' }), say('Done.')]);
    const pty = new Pty(cli, ['run', 'Listen', '--new']);
    await pty.shows(/\| Which port\?[\s\S]*Your answer .*\? $/);
    pty.type('8080\n');
    assert.equal(await pty.exit(), 0);
    assert.equal(server.requests.at(-1)!.toolResults[0], 'The person answered: 8080');
    server.use([callTool('ask_user', { question: 'Which port?' }), say('Done.')]);
    assert.equal((await cli.run(['run', 'Listen again'])).code, 0);
    assert.match(server.requests.at(-1)!.toolResults[0]!, /Nobody answered/);
  });

  it('later: a run that was closed while it asked goes on once its task is answered', async () => {
    configure();
    await cli.json(['trust']);
    server.use([
      callTool('run_command', { command: 'printf x >> count.txt' }),
      callTool('ask_user', { question: 'Which name?' }),
      say('Done.'),
    ]);
    const asked = new Pty(cli, ['run', 'Count', '--new']);
    await asked.shows(/a, s, e or d\? $/);
    let id = (await cli.json(['tasks', 'list'])).tasks[0]?.id ?? '';
    const { stdout } = await cli.run(['tasks', 'show', id]);
    assert.match(stdout, new RegExp(`Answer it: coding-agent tasks answer ${id} --allow \\(or --deny\\)\n`));
    asked.kill();
    await asked.exit();
    await eventually(async () => {
      const { tasks } = await cli.json(['tasks', 'list']);
      id = tasks[0]?.id ?? '';
      return tasks[0]?.reason === 'interrupted';
    }, 'its end is on record');
    assert.equal((await cli.run(['tasks', 'answer', id])).code, 2);
    const second = await cli.json(['tasks', 'answer', id, '--allow']);
    assert.deepEqual([second.task.status, second.task.attempt], ['completed', 2]);
    assert.equal(count(), 1);
    assert.match(server.requests.at(-1)!.toolResults.at(-1)!, /Nobody answered/);
    assert.equal((await cli.run(['tasks', 'answer', id, '--allow'])).code, 1);
  });
});
