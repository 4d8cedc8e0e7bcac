import assert from 'node:assert/strict';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { historyReader } from './support/historyReader.ts';

const TIME = '2026-01-01T00:00:00.000Z';

describe('histories, as their formats have them,', () => {
  const { read } = historyReader(useTemporaryFolder());

  it('of Claude Code: plans, refusals, errors, a person who stops, and what is none of the conversation', async () => {
    const at = (second: number): string => new Date(Date.parse(TIME) + second * 1000).toISOString();
    const base = { sessionId: 's', cwd: '/home/me/project', version: '2' };
    const user = (second: number, content: unknown, more = {}): object => ({
      ...{ ...base, type: 'user', timestamp: at(second), message: { role: 'user', content }, ...more },
    });
    const assistant = (second: number, content: unknown, stop: string | null, more = {}): object => ({
      ...{ ...base, type: 'assistant', timestamp: at(second), ...more },
      message: {
        id: `m${second}`,
        role: 'assistant',
        model: 'opus',
        content,
        stop_reason: stop,
        usage: { input_tokens: 1, cache_read_input_tokens: 2, output_tokens: 3 },
      },
    });
    const use = (id: string, name: string, input: object): object => ({ type: 'tool_use', id, name, input });
    const result = (id: string, content: string, isError = false): object => ({
      ...{ type: 'tool_result', tool_use_id: id, content, is_error: isError },
    });
    const todos = (status: string): object => ({
      todos: [
        { content: 'First', status, activeForm: '' },
        { content: 'Second', status: 'pending' },
      ],
    });
    const { state, toolCalls, skipped } = await read([
      { type: 'summary', summary: 'A   title', leafUuid: 'x', sessionId: 's' },
      user(0, '<command-name>/clear</command-name>'),
      user(1, 'caveat', { isMeta: true }),
      user(2, [{ type: 'text', text: 'Plan it' }]),
      assistant(3, [use('a', 'TodoWrite', todos('in_progress'))], null),
      user(4, [result('a', 'ok')]),
      assistant(5, [use('b', 'TodoWrite', todos('completed')), { type: 'thinking', thinking: 'hm' }], null),
      user(6, [result('b', 'ok')]),
      assistant(7, [use('c', 'Bash', { command: 'rm -rf /' })], null),
      user(8, [result('c', "The user doesn't want to proceed with this tool use.", true)]),
      user(8, 'from a helper', { isSidechain: true }),
      assistant(9, [{ type: 'text', text: 'As you like.' }], 'end_turn'),
      user(20, 'Stop in the middle'),
      assistant(21, [use('d', 'Bash', { command: 'sleep 9' })], null),
      user(22, [{ type: 'text', text: '[Request interrupted by user for tool use]' }]),
      user(30, 'Overloaded'),
      assistant(31, [{ type: 'text', text: 'API Error: 529 Overloaded' }], 'stop_sequence', {
        isApiErrorMessage: true,
      }),
      { ...base, type: 'brand-new', timestamp: at(32) },
      user(40, 'Secret: ghp_0123456789abcdefghijklmnopqrstuvwxyz'),
    ]);
    const tasks = [...state.tasks];
    assert.equal(state.metadata.title, 'A title');
    assert.deepEqual(
      tasks.map(({ description, status, reason, executionTime, errorCode }) => [
        ...[description.slice(0, 18), status, reason, executionTime, errorCode],
      ]),
      [
        ['Plan it', 'completed', undefined, 7000, undefined],
        ['Stop in the middle', 'failed', 'cancelled', 2000, 'cancelled'],
        ['Overloaded', 'failed', 'error', 1000, 'agent_failed'],
        ['Secret: ', 'failed', 'interrupted', null, 'interrupted'].map((part, index) =>
          index === 0 ? tasks[3]?.description.slice(0, 18) : part,
        ),
      ],
    );
    const [plan] = state.plans;
    assert.deepEqual(
      [plan?.version, plan?.steps.map(({ title, status }) => [title, status])],
      [
        2,
        [
          ['First', 'completed'],
          ['Second', 'skipped'],
        ],
      ],
    );
    assert.deepEqual(tasks[0]?.usage, { inputTokens: 12, outputTokens: 12, cost: null });
    assert.equal(toolCalls.find(call => call.input['command'] === 'rm -rf /')?.status, 'denied');
    assert.equal(toolCalls.find(call => call.input['command'] === 'sleep 9')?.status, 'cancelled');
    assert.match(tasks[2]?.error ?? '', /529/);
    assert.doesNotMatch(
      tasks[3]?.description ?? '',
      /ghp_0123/,
      'secrets are hidden before they are written',
    );
    assert.deepEqual(skipped, {
      'command of the program': 1,
      'note of the program': 1,
      sidechain: 1,
      'brand-new': 1,
    });
  });

  it('of Codex: what older versions wrote, patches, renames, and a person who stops', async () => {
    const line = (second: number, type: string, payload: object): object => ({
      ...{ timestamp: new Date(Date.parse(TIME) + second * 1000).toISOString(), type, payload },
    });
    const message = (second: number, text: string): object =>
      line(second, 'event_msg', { type: 'user_message', message: text });
    const { state, toolCalls, skipped } = await read([
      line(0, 'session_meta', { id: 'c-1', cwd: '/home/me/project', timestamp: TIME }),
      line(0, 'turn_context', { model: 'gpt-5' }),
      line(1, 'response_item', {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text: '<environment_context>' }],
      }),
      message(2, 'Do it'),
      line(3, 'response_item', {
        type: 'function_call',
        name: 'shell',
        call_id: '1',
        arguments: '{"command":["bash","-lc","ls"]}',
      }),
      line(4, 'event_msg', {
        type: 'exec_command_end',
        call_id: '1',
        exit_code: 0,
        aggregated_output: 'a\n',
      }),
      line(5, 'response_item', {
        type: 'function_call_output',
        call_id: '1',
        output: '{"output":"a\\n","metadata":{"exit_code":0}}',
      }),
      line(6, 'event_msg', {
        type: 'patch_apply_end',
        call_id: '2',
        success: true,
        changes: {
          '/home/me/project/old.ts': {
            type: 'update',
            unified_diff: '@@\n-a\n+b\n+c\n',
            move_path: '/home/me/project/new.ts',
          },
          '/elsewhere/x': { type: 'delete', content: 'x' },
        },
      }),
      line(7, 'event_msg', {
        type: 'patch_apply_end',
        call_id: '3',
        success: false,
        changes: { '/home/me/project/never': { type: 'add', content: '' } },
      }),
      line(8, 'event_msg', {
        type: 'token_count',
        info: { total_token_usage: { input_tokens: 10, output_tokens: 4 } },
      }),
      line(9, 'event_msg', { type: 'turn_aborted', reason: 'interrupted' }),
      message(10, 'Do it'),
      line(11, 'event_msg', {
        type: 'token_count',
        info: { total_token_usage: { input_tokens: 15, output_tokens: 5 } },
      }),
      line(12, 'event_msg', { type: 'error', message: 'usage limit' }),
      line(13, 'compacted', { message: 'so far' }),
      { not: 'a record' },
    ]);
    const [first, second] = state.tasks;
    assert.deepEqual([first?.reason, first?.executionTime, first?.model], ['cancelled', 7000, 'gpt-5']);
    assert.deepEqual(first?.usage, { inputTokens: 10, outputTokens: 4, cost: null });
    assert.deepEqual(second?.usage, { inputTokens: 5, outputTokens: 1, cost: null });
    assert.deepEqual([second.reason, second.error], ['error', 'usage limit']);
    assert.deepEqual(
      first.filesChanged.map(({ path, kind, from, added, removed }) => [path, kind, from, added, removed]),
      [
        ['new.ts', 'renamed', 'old.ts', 2, 1],
        ['/elsewhere/x', 'deleted', undefined, undefined, undefined],
      ],
    );
    const [call] = toolCalls;
    assert.deepEqual(
      [call?.tool, call?.input['command'], call?.exitCode, call?.output?.tail],
      ['run_command', 'bash -lc ls', 0, 'a\n'],
    );
    assert.deepEqual(skipped, { compacted: 1, unknown: 1 });
  });

  it('of pi: the branch that was worked on last, costs, and errors', async () => {
    const entry = (id: string, parentId: string | null, second: number, message: object): object => ({
      ...{
        type: 'message',
        id,
        parentId,
        timestamp: new Date(Date.parse(TIME) + second * 1000).toISOString(),
        message,
      },
    });
    const usage = { input: 5, output: 2, cacheRead: 1, cacheWrite: 1, cost: { total: 0.25 } };
    const { state, skipped } = await read([
      { type: 'session', version: 3, id: 'p-1', timestamp: TIME, cwd: '/home/me/project' },
      entry('1', null, 1, { role: 'user', content: 'First' }),
      entry('2', '1', 2, {
        role: 'assistant',
        content: [{ type: 'text', text: 'Once' }],
        provider: 'x',
        model: 'y',
        usage,
        stopReason: 'stop',
      }),
      entry('3', '1', 3, {
        role: 'assistant',
        content: [{ type: 'text', text: 'Again' }],
        provider: 'x',
        model: 'y',
        usage,
        stopReason: 'error',
        errorMessage: 'too long',
      }),
      { type: 'session_info', id: '4', parentId: '3', timestamp: TIME, name: 'Named' },
      { type: 'custom', id: '5', parentId: '4', timestamp: TIME, customType: 'mine' },
    ]);
    const [task] = state.tasks;
    assert.deepEqual(
      [state.metadata.title, task?.status, task?.error, task?.model],
      ['Named', 'failed', 'too long', 'x/y'],
    );
    assert.deepEqual(task?.usage, { inputTokens: 7, outputTokens: 2, cost: 0.25 });
    assert.deepEqual(skipped, { custom: 1, 'other branch': 1 });
  });

  it('of opencode: cancelled answers and failed tools', async () => {
    const created = Date.parse(TIME);
    const { state, toolCalls } = await read({
      info: { id: 'ses_1', directory: '/home/me/project', title: 'Ours' },
      messages: [
        {
          info: { id: 'u', role: 'user', time: { created } },
          parts: [
            { type: 'text', text: 'Do' },
            { type: 'text', text: 'hidden', synthetic: true },
          ],
        },
        {
          info: {
            id: 'a',
            role: 'assistant',
            time: { created: created + 1000, completed: created + 3000 },
            error: { name: 'MessageAbortedError', data: { message: 'aborted' } },
            tokens: { input: 4, output: 1, reasoning: 1, cache: { read: 2, write: 0 } },
            cost: 0,
          },
          parts: [
            {
              type: 'tool',
              tool: 'webfetch',
              callID: 'c',
              state: {
                status: 'error',
                input: { url: 'http://x' },
                error: 'no network',
                time: { start: created + 1100, end: created + 1200 },
              },
            },
          ],
        },
      ],
    });
    const [task] = state.tasks;
    assert.deepEqual([task?.description, task?.reason, task?.executionTime], ['Do', 'cancelled', 3000]);
    assert.deepEqual(task?.usage, { inputTokens: 6, outputTokens: 2, cost: null });
    const [call] = toolCalls;
    assert.deepEqual(
      [call?.tool, call?.status, call?.error, call?.duration],
      ['webfetch', 'failed', 'no network', 100],
    );
  });
});
