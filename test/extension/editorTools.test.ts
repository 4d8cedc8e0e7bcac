import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { AgentTask } from '../../src/core/task.ts';
import { diagnosticsText } from '../../src/extension/chat/diagnosticsTool.ts';
import { isNamed } from '../../src/extension/chat/editorTools.ts';
import type { CodingAgentApi } from '../../src/extension/codingAgentApi.ts';
import { CommandId, SettingId } from '../../src/extension/contributionIds.ts';
import { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';
import { callTool, say } from '../support/scriptedModel/scriptedReply.ts';
import { skip } from '../support/skip.ts';
import { openApi, runCommand, until, workspaceRoot } from './support/thisExtension.ts';

describe('tools of VS Code for the model', function () {
  this.timeout(300_000);
  let api: CodingAgentApi;
  let server: ScriptedModel;
  const set = (id: string, value: unknown) =>
    vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
  const offered = (): string[] => [...(server.requests.at(-1)?.tools ?? [])];

  before(async () => {
    api = await openApi();
    server = await ScriptedModel.start([]);
    await set(SettingId.model, { provider: 'openai-compatible', model: 'scripted', baseUrl: server.baseUrl });
  });
  after(async () => {
    await set(SettingId.model, undefined);
    await set(SettingId.editorTools, undefined);
    await server.close();
  });

  it('tell it the problems that the editor shows, below the working directory only', async () => {
    const problems = vscode.languages.createDiagnosticCollection('test');
    const at = new vscode.Range(2, 4, 2, 9);
    problems.set(vscode.Uri.file(join(workspaceRoot(), 'src', 'a.ts')), [
      new vscode.Diagnostic(at, "Cannot find name 'x'.\u001b[2J", vscode.DiagnosticSeverity.Error),
    ]);
    problems.set(vscode.Uri.file('/elsewhere/b.ts'), [new vscode.Diagnostic(at, 'Not yours.')]);
    server.use([callTool('diagnostics', { path: '.' }), say('One problem.')]);
    const task = await api.executeTask({ task: 'Look', agent: 'model' });
    problems.dispose();
    assert.equal(task.status, 'completed', task.error);
    const [result = ''] = server.requests.at(-1)?.toolResults ?? [];
    assert.match(result, /^src\/a\.ts:3:5 error Cannot find name 'x'\.␛\[2J$/m);
    assert.doesNotMatch(result, /Not yours/);
    assert.ok(offered().includes('diagnostics'));
  });

  it('are none but those that the person named, never ours, and none by default', async () => {
    await set(SettingId.editorTools, undefined);
    server.use([say('Nothing.')]);
    await api.executeTask({ task: 'Look', agent: 'model' });
    assert.equal(offered().length, 11);
    assert.ok(isNamed('mcp_github_list', ['mcp_github_*']));
    assert.ok(!isNamed('mcp_gitlab_list', ['mcp_github_*', 'mcp_gitlab']));
    assert.ok(!isNamed('coding-agent_runTask', ['*']));
  });

  it('are used through VS Code once the person allowed it, this once', async function () {
    await vscode.extensions.getExtension('test.model-provider')?.activate();
    if (!vscode.lm.tools.some(({ name }) => name === 'test_echo'))
      skip(this, 'the extension with a tool is not installed');
    await set(SettingId.editorTools, ['test_*']);
    server.use([callTool('test_echo', { text: 'hello' }), say('It echoes.')]);
    const running: Promise<AgentTask> = api.executeTask({ task: 'Echo', agent: 'model' });
    await until('the question', () =>
      runCommand(CommandId.allowInSession, {}).then(
        () => true,
        () => false,
      ),
    );
    const task = await running;
    assert.equal(task.status, 'completed', task.error);
    assert.equal(server.requests.at(-1)?.toolResults[0], 'echo: hello');
  });

  it('cuts a long list of problems, and says when there is none', () => {
    const one = new vscode.Diagnostic(new vscode.Range(0, 0, 0, 1), 'x');
    const uri = vscode.Uri.file('/project/a.ts');
    const text = diagnosticsText([[uri, Array.from({ length: 300 }, () => one)]], '/project', '.');
    assert.match(text, /\[100 more\]$/);
    assert.match(diagnosticsText([[uri, [one]]], '/project', 'b'), /no problems/);
    assert.match(diagnosticsText([[uri, [one]]], '/project', 'a.ts'), /^a\.ts:1:1 error x$/);
  });
});
