import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SessionMetadata } from '../../src/core/session.ts';
import { type Answer, answerInChat } from '../../src/extension/chat/sessionParticipant.ts';
import { sessionTools } from '../../src/extension/chat/sessionTools.ts';
import { createApi } from '../../src/extension/codingAgentApi.ts';
import { CommandId, PARTICIPANT, ToolName } from '../../src/extension/contributionIds.ts';
import type { WorkspaceFolders } from '../../src/extension/folders/workspaceFolders.ts';
import { openQuestion } from '../../src/core/waitingTask.ts';
import { type OpenFolder, openFolder } from './support/openFolder.ts';
import { openApi, runCommand, thisExtension, until } from './support/thisExtension.ts';

interface ToolContribution {
  readonly name: string;
  readonly inputSchema: { readonly properties: object; readonly required?: readonly string[] };
}

describe('sessions for language models', () => {
  const invoke = async (name: ToolName, input: object): Promise<unknown> => {
    const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    const [part] = result.content;
    assert.ok(part instanceof vscode.LanguageModelTextPart);
    return JSON.parse(part.value) as unknown;
  };

  before(openApi);

  it('are tools that the manifest describes and VS Code knows', () => {
    const path = join(thisExtension().extensionPath, 'package.json');
    const { contributes } = JSON.parse(readFileSync(path, 'utf8')) as {
      contributes: {
        languageModelTools: readonly ToolContribution[];
        chatParticipants: readonly { id: string; name: string }[];
      };
    };
    const names = contributes.languageModelTools.map(({ name }) => name);
    assert.deepEqual([...names].sort(), Object.values(ToolName).sort());
    const known = new Set(vscode.lm.tools.map(({ name }) => name));
    assert.deepEqual(
      names.filter(name => !known.has(name)),
      [],
    );
    assert.deepEqual(
      contributes.chatParticipants.map(({ id, name }) => [id, name]),
      [[PARTICIPANT, 'session']],
    );
  });

  it('create, list, switch and read statistics, through VS Code', async () => {
    const made = (await invoke(ToolName.createSession, {
      title: 'By a model',
    })) as SessionMetadata;
    assert.equal(made.status, 'active');
    const other = await runCommand<SessionMetadata>(CommandId.createSession, { title: 'Other' });
    const { sessions } = (await invoke(ToolName.listSessions, { query: 'by a model' })) as {
      sessions: readonly SessionMetadata[];
    };
    assert.ok(sessions.some(({ sessionId }) => sessionId === made.sessionId));
    assert.ok(!sessions.some(({ sessionId }) => sessionId === other.sessionId));
    const switched = (await invoke(ToolName.switchSession, { sessionId: made.sessionId })) as SessionMetadata;
    assert.equal(switched.sessionId, made.sessionId);
    const stats = (await invoke(ToolName.showStats, { sessionId: made.sessionId })) as { stats: unknown };
    assert.ok(stats.stats);
    await assert.rejects(invoke(ToolName.switchSession, { sessionId: '../../etc' }), /session id/);
  });
});

describe('a text from the chat', () => {
  let opened: OpenFolder;
  let folders: WorkspaceFolders;

  beforeEach(async () => {
    opened = await openFolder();
    const { folder, shown } = opened;
    folders = {
      ...{ all: shown.all, onDidChange: shown.onDidChange, active: folder, markUsed: () => undefined },
      requireActive: () => folder,
      withSession: () => Promise.resolve(folder),
    } as unknown as WorkspaceFolders;
  });
  afterEach(() => opened.close());

  class Recorded implements Answer {
    readonly lines: string[] = [];
    markdown(value: string | vscode.MarkdownString): void {
      this.lines.push(typeof value === 'string' ? value : value.value);
    }
    progress(value: string): void {
      this.lines.push(`... ${value}`);
    }
    button({ title, command }: vscode.Command): void {
      this.lines.push(`[${title}] ${command}`);
    }
    reference(value: vscode.Uri | vscode.Location): void {
      this.lines.push(`@ ${value instanceof vscode.Uri ? value.path.split('/').at(-1) : ''}`);
    }
    get text(): string {
      return this.lines.join('\n');
    }
  }

  async function answer(allowed: boolean): Promise<string> {
    const question = await until('the question', () => {
      const [state] = opened.folder.states.waiting();
      return state && openQuestion(state);
    });
    assert.ok(question);
    const decision = { allowed, by: 'person', scope: 'once' } as const;
    await opened.sessions.decideApproval(question.task.id, question.call.approvalId ?? '', decision);
    return question.call.subject ?? '';
  }

  it('runs in the current session once the person has seen all of it, and is answered with what came of it', async () => {
    const stream = new Recorded();
    const source = new vscode.CancellationTokenSource();
    const text = 'create file a.txt with content: A\n$ echo "[x](command:y) <b>"';
    const result = answerInChat(folders, text, stream, source.token);
    assert.equal(await answer(true), text);
    const { metadata, errorDetails } = await result;
    assert.equal(errorDetails, undefined);
    assert.equal((metadata as { status: string }).status, 'completed');
    assert.ok(existsSync(join(opened.root, 'a.txt')));
    assert.match(stream.text, /^Waits for you: `create file a\.txt/m);
    assert.match(stream.text, /\[Review…\] codingAgent\.reviewQuestion/);
    assert.match(stream.text, /\.\.\. create file a\.txt/);
    assert.match(stream.text, /\*\*completed\*\*/);
    assert.match(stream.text, /^- ✓ create file a\.txt · \+1 -0/m);
    assert.match(stream.text, /^- ✓ \$ echo "\\\[x\\\]\(command:y\) \\<b\\>"/m);
    assert.match(stream.text, /^- added a\.txt \+1 -0$/m);
    assert.match(stream.text, /@ a\.txt/);
    const { task } = await opened.sessions.getTask((metadata as { taskId: string }).taskId);
    assert.equal(task.origin, 'foreign');
  });

  it('does nothing when it is denied, and ends when the chat is cancelled', async () => {
    const stream = new Recorded();
    const source = new vscode.CancellationTokenSource();
    const denied = answerInChat(folders, '$ touch no', stream, source.token);
    await answer(false);
    await denied;
    assert.match(stream.text, /\*\*denied\*\*/);
    const cancelled = answerInChat(folders, '$ touch no', stream, source.token);
    await until('the question', () => opened.folder.states.waiting()[0]);
    source.cancel();
    await cancelled;
    assert.match(stream.text, /\*\*cancelled\*\*/);
    assert.ok(!existsSync(join(opened.root, 'no')));
  });

  it('says what is wrong, in words that are no markup', async () => {
    const stream = new Recorded();
    const { token } = new vscode.CancellationTokenSource();
    await answerInChat(folders, '  ', stream, token);
    assert.match(stream.text, /Say what is to be done/);
    const { errorDetails } = await answerInChat(folders, 'x'.repeat(100_000), stream, token);
    assert.match(errorDetails?.message ?? '', /at most/);
  });

  it('from a model is a task of its own kind: confirmed in full, asked for all the same, stopped with the chat', async () => {
    const tools = sessionTools(createApi(folders, 'foreign'), folders);
    const task = '$ echo "```\u001b[2J" > from-model';
    const { message } = tools[ToolName.runTask].confirm?.({ task }) ?? { message: '' };
    assert.ok(message instanceof vscode.MarkdownString);
    assert.match(message.value, /^````text\n\$ echo "```␛\[2J" > from-model\n````$/);
    assert.equal(message.isTrusted, undefined);
    const controller = new AbortController();
    const ran = tools[ToolName.runTask].invoke({ task: '$ touch from-model' }, controller.signal);
    assert.equal(await answer(true), '$ touch from-model');
    const outcome = (await ran) as { status: string; filesChanged: unknown };
    assert.equal(outcome.status, 'completed');
    assert.deepEqual(outcome.filesChanged, [{ path: 'from-model', kind: 'added' }]);
    const stopped = tools[ToolName.runTask].invoke({ task: '$ sleep 600' }, controller.signal);
    await until('the question', () => opened.folder.states.waiting()[0]);
    controller.abort();
    assert.equal(((await stopped) as { reason: string }).reason, 'cancelled');
    const ended = (await tools[ToolName.endSession].invoke({}, controller.signal)) as SessionMetadata;
    assert.equal(ended.status, 'completed');
  });
});
