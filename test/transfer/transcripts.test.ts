import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isSessionId } from '../../src/core/session.ts';
import type { SessionState } from '../../src/core/state.ts';
import { importedId } from '../../src/transfer/transcripts/transcriptRecords.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { importInto, type ImportedState } from './support/importInto.ts';
import { requireStory } from './support/requireStory.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'transcripts');
const HISTORIES = ['claude-code', 'codex', 'opencode', 'pi'] as const;
const TIME = '2026-01-01T00:00:00.000Z';

function fixture(name: string): string {
  const [file] = globSync(join(FIXTURES, name, '*.json*'));
  assert.ok(file !== undefined);
  return file;
}

describe('histories of other agents', () => {
  const temporary = useTemporaryFolder();

  /** Imports these lines, or this document. */
  async function read(content: readonly object[] | object, name = 'history'): Promise<ImportedState> {
    const lines = Array.isArray(content) ? content.map(line => JSON.stringify(line)).join('\n') : undefined;
    return readText(lines ?? JSON.stringify(content), name);
  }

  async function readText(text: string, name = 'history'): Promise<ImportedState> {
    const file = join(temporary(), name);
    writeFileSync(file, text);
    const imported = await importInto(join(temporary(), 'root'), file);
    assert.equal(readFileSync(file, 'utf8'), text, 'the history itself is left as it is');
    return imported;
  }

  for (const name of HISTORIES) {
    it(`of ${name} become sessions with what was asked, done and changed`, async () => {
      const imported = await importInto(join(temporary(), 'root'), fixture(name));
      assert.equal(imported.outcome, 'imported');
      requireStory(imported);
      const { metadata } = imported.state;
      assert.equal(metadata.imported?.from, name);
      assert.ok(basename(fixture(name)).includes(metadata.imported.source));
      assert.equal(metadata.imported.hash, sha256(readFileSync(fixture(name), 'utf8')));
      assert.equal(metadata.workingDirectory, join(temporary(), 'root'), 'another machine has other folders');
      assert.equal(metadata.sessionId, importedId(name, metadata.imported.source));
      const [first] = imported.state.tasks;
      assert.deepEqual([first?.origin, first?.seal, first?.agent], ['foreign', undefined, name]);
      assert.ok((first?.startedAt?.getTime() ?? 0) < Date.parse('2026-11-23'), 'as it was, not now');
      assert.ok(metadata.updatedAt.getTime() < Date.parse('2026-11-23'));
    });

    it(`of ${name} are here once, however often they are imported, and wherever the file is`, async () => {
      const root = join(temporary(), 'root');
      const first = await importInto(root, fixture(name));
      const copy = join(temporary(), 'copy');
      writeFileSync(copy, readFileSync(fixture(name)));
      const journal = join(root, '.coding-agent', 'sessions', `${first.sessionId}.events.jsonl`);
      const before = readFileSync(journal);
      const second = await importInto(root, copy);
      assert.deepEqual([second.outcome, second.sessionId], ['present', first.sessionId]);
      assert.ok(readFileSync(journal).equals(before));
      const elsewhere = await importInto(join(temporary(), 'other'), copy);
      const lines = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -2);
      const other = join(
        temporary(),
        'other',
        '.coding-agent',
        'sessions',
        `${first.sessionId}.events.jsonl`,
      );
      assert.deepEqual(lines(other), lines(journal), 'the same records everywhere');
      assert.equal(elsewhere.outcome, 'imported');
    });
  }

  it('that went on since they were imported are a conflict, and nothing is changed', async () => {
    const text = readFileSync(fixture('pi'), 'utf8');
    const { sessionId } = await readText(text, 'a.jsonl');
    const more = {
      type: 'message',
      id: 'x',
      parentId: null,
      timestamp: TIME,
      message: { role: 'user', content: 'More' },
    };
    await assert.rejects(readText(`${text}${JSON.stringify(more)}\n`, 'b.jsonl'), { code: 'conflict' });
    const again = await readText(text, 'c.jsonl');
    assert.deepEqual([again.outcome, again.sessionId], ['present', sessionId]);
  });

  it('have ids in the form of a UUID version 4, another for each source', () => {
    const ids = [importedId('pi', 'a'), importedId('pi', 'b'), importedId('codex', 'a')];
    assert.ok(ids.every(isSessionId));
    assert.equal(new Set(ids).size, 3);
    assert.equal(importedId('pi', 'a'), 'e06a1c21-a861-4f6f-943c-92f4f0bc9fce');
  });

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
    const { state, skipped } = await read([
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
    assert.equal([...state.toolCalls].find(call => call.input['command'] === 'rm -rf /')?.status, 'denied');
    assert.equal([...state.toolCalls].find(call => call.input['command'] === 'sleep 9')?.status, 'cancelled');
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
    const { state, skipped } = await read([
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
    assert.deepEqual([second?.reason, second?.error], ['error', 'usage limit']);
    assert.deepEqual(
      first?.filesChanged.map(({ path, kind, from, added, removed }) => [path, kind, from, added, removed]),
      [
        ['new.ts', 'renamed', 'old.ts', 2, 1],
        ['/elsewhere/x', 'deleted', undefined, undefined, undefined],
      ],
    );
    const [call] = state.toolCalls;
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
    const { state } = await read({
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
    const [call] = state.toolCalls;
    assert.deepEqual(
      [call?.tool, call?.status, call?.error, call?.duration],
      ['webfetch', 'failed', 'no network', 100],
    );
  });

  it('keep large prompts, arguments and outputs within what records can hold', async () => {
    const large = 'ä\u0001"'.repeat(60_000);
    const deep = Array.from({ length: 100 }).reduce<object>(inner => ({ inner }), {});
    const turn = (content: unknown, role: string, second: number, more = {}): object => ({
      ...{ type: 'message', id: String(second), parentId: second === 1 ? null : String(second - 1) },
      timestamp: new Date(Date.parse(TIME) + second * 1000).toISOString(),
      message: { role, content, ...more },
    });
    const { state } = await read([
      { type: 'session', version: 3, id: 'p-2', timestamp: TIME },
      turn(large, 'user', 1),
      turn(
        [{ type: 'toolCall', id: 'same', name: 'write', arguments: { path: '/x', content: large, deep } }],
        'assistant',
        2,
        { stopReason: 'toolUse' },
      ),
      turn([{ type: 'text', text: large }], 'toolResult', 3, { toolCallId: 'same', isError: false }),
      turn(
        [
          { type: 'toolCall', id: 'same', name: '__proto__', arguments: {} },
          { type: 'text', text: large },
        ],
        'assistant',
        4,
        { stopReason: 'stop' },
      ),
    ]);
    const [task] = state.tasks;
    assert.ok(task !== undefined && task.description.startsWith('ä') && task.status === 'completed');
    const calls = [...state.toolCalls];
    assert.deepEqual(
      calls.map(({ tool, output }) => [tool, output?.bytes, output?.blob !== undefined]),
      [
        ['write_file', 240_000, true],
        ['__proto__', undefined, false],
        ['message', 240_000, true],
      ],
    );
    const blob = calls[0]?.output?.blob ?? '';
    assert.equal(readFileSync(join(temporary(), 'root', '.coding-agent', 'blobs', blob), 'utf8'), large);
  });

  it('survive lines that are cut off, not JSON or not objects, and count them', async () => {
    const text = readFileSync(fixture('claude-code'), 'utf8');
    const { state, skipped } = await readText(`not json\n[1]\n"x"\n\n${text}{"type":"user","message`);
    assert.deepEqual([state.metadata.totalTasks, skipped], [4, { 'unreadable line': 4 }]);
  });

  const hostile: Readonly<Record<string, string>> = {
    'an empty object': '{}',
    'a page': '<!doctype html><p>hello',
    numbers: '1\n2\n3\n',
    'keys of every object': '{"__proto__":{"type":"session"},"constructor":{"prototype":{}}}\n',
    'a session of nothing': `{"type":"session","version":3,"id":"x","timestamp":"${TIME}"}\n`,
    bytes: '\u0000\u0001\u0002'.repeat(1000),
  };
  for (const [name, text] of Object.entries(hostile)) {
    it(`are none: ${name}`, async () => {
      const root = join(temporary(), 'root');
      mkdirSync(root);
      await assert.rejects(readText(text), (error: Error & { code: string }) =>
        ['invalid_input', 'bad_archive'].includes(error.code),
      );
      assert.equal(globSync(join(root, '.coding-agent', '{sessions,blobs}', '*')).length, 0);
    });
  }

  it('fold no foreign id into a path or another session', async () => {
    const { sessionId, state } = await read([
      { type: 'session', version: 3, id: '../../etc/passwd', timestamp: TIME, cwd: '/x' },
      { type: 'message', id: '1', parentId: null, timestamp: TIME, message: { role: 'user', content: 'Hi' } },
    ]);
    assert.ok(isSessionId(sessionId));
    assert.equal(stateSource(state), '../../etc/passwd');
  });
});

function stateSource(state: SessionState): string | undefined {
  return state.metadata.imported?.source;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
