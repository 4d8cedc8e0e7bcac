import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isInstalled } from '../../scripts/agents/install.mts';
import { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';
import { skip } from '../support/skip.ts';
import { openVSCode, type VSCode } from '../ui/support/openVSCode.ts';
import { realAgent, type RealAgent, type RealAgentName } from './realAgent.ts';

const VSIX = resolve(import.meta.dirname, '../../dist/coding-agent-sessions.vsix');
const AGENTS: readonly RealAgentName[] = ['opencode', 'claude'];
const WORDS = Array.from({ length: 600 }, (_, index) => `slowly${String(index)}`).join(' ');

for (const name of AGENTS) {
  describe(`${name}, the real one, inside VS Code`, function () {
    this.timeout(300_000);
    const closers: (() => Promise<void>)[] = [];
    let model: ScriptedModel;
    let agent: RealAgent;
    let vscode: VSCode | undefined;

    before(async function () {
      const wanted = process.env['REAL_AGENTS']?.split(',') ?? AGENTS;
      if (!wanted.includes(name)) skip(this, `${name} is not among REAL_AGENTS`);
      if (!existsSync(VSIX)) skip(this, 'there is no package: run "npm run package" first');
      if (process.env['REAL_AGENTS_INSTALL'] === 'no' && !(await isInstalled(name)))
        skip(this, `${name} is not installed`);
      const home = await mkdtemp(join(tmpdir(), 'agent-home-'));
      closers.push(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
      model = await ScriptedModel.start([]);
      closers.push(() => model.close());
      agent = await realAgent(name, model, home).catch((error: unknown) =>
        skip(this, `${name} cannot be installed: ${String(error)}`),
      );
      const settings = {
        'codingAgent.agent': `acp:${name}`,
        'codingAgent.acpAgents': { [name]: agent.settings },
      };
      vscode = await openVSCode(this, { settings });
      await vscode.window.openViewContainer('Coding Agent');
    });
    after(async () => {
      await vscode?.close();
      for (const close of closers.reverse()) await close();
    });

    const editor = (): VSCode => {
      assert.ok(vscode);
      return vscode;
    };
    const untilRow = (text: string) =>
      editor().window.until(
        `a row with ${text}`,
        async () => (await editor().window.rows('Sessions')).some(({ label }) => label.includes(text)),
        120_000,
      );
    const run = async (task: string) => {
      await editor().window.runCommand('Coding Agent: Run Task');
      await editor().window.quickInput.answer('Run Task', task);
    };
    const press = async (button: string) => {
      await editor().window.runCommand('Notifications: Clear All Notifications');
      await editor().window.clickInRow('Allow?', button);
    };

    it('writes a file once it asked and was allowed in its row', async () => {
      const file = join(editor().workspace, 'made.txt');
      model.use(agent.writeFile(file, 'made by an agent\n'));
      await run('Write the file made.txt');
      await untilRow('Allow?');
      assert.ok(!existsSync(file));
      await press('Allow Once');
      await untilRow('Write the file made.txt, completed');
      assert.equal(await readFile(file, 'utf8'), 'made by an agent\n');
      await untilRow('Changed files (1)');
      await editor().window.screenshot(`agents/${name}-allowed`);
    });

    it('writes nothing when it is refused', async () => {
      const file = join(editor().workspace, 'never.txt');
      model.use(agent.writeFile(file, 'never\n'));
      await run('Write the file never.txt');
      await untilRow('Allow?');
      await press('Deny');
      await editor().window.quickInput.answer('Why not?', 'Not now.');
      await untilRow('Write the file never.txt, denied');
      assert.ok(!existsSync(file));
    });

    it('goes on in its own conversation when the window was reloaded while it asked', async () => {
      const file = join(editor().workspace, 'later.txt');
      model.use(agent.writeFile(file, 'later\n'));
      await run('Write the file later.txt');
      await untilRow('Allow?');
      await editor().window.reload();
      await editor().window.openViewContainer('Coding Agent');
      await untilRow('interrupted, waits for you');
      assert.ok(!existsSync(file));
      model.use(agent.writeFile(file, 'later\n'));
      await press('Allow Once');
      await untilRow('Write the file later.txt, completed');
      assert.equal(await readFile(file, 'utf8'), 'later\n');
      await editor().window.screenshot(`agents/${name}-resumed`);
    });

    it('stops when it is cancelled', async () => {
      model.use([{ kind: 'say', text: WORDS, pauseMs: 100 }]);
      const before = model.requests.length;
      await run('Count slowly');
      await editor().window.until(
        'the agent at work',
        () => Promise.resolve(model.requests.length > before),
        120_000,
      );
      await editor().window.runCommand('Coding Agent: Cancel Task');
      await untilRow('Count slowly, cancelled');
    });
  });
}
