import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isSessionId } from '../../src/core/session.ts';
import { importedId } from '../../src/transfer/transcripts/transcriptRecords.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { historyReader } from './support/historyReader.ts';
import { importInto } from './support/importInto.ts';
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

  const { read, readText } = historyReader(temporary);

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

  it('have ids in the form of a UUID version 4, another for each source', () => {
    const ids = [importedId('pi', 'a'), importedId('pi', 'b'), importedId('codex', 'a')];
    assert.ok(ids.every(isSessionId));
    assert.equal(new Set(ids).size, 3);
    assert.equal(importedId('pi', 'a'), 'e06a1c21-a861-4f6f-943c-92f4f0bc9fce');
  });

  it('keep large prompts, arguments and outputs within what records can hold', async () => {
    const large = 'ä\u0001"'.repeat(60_000);
    const deep = Array.from({ length: 100 }).reduce<object>(inner => ({ inner }), {});
    const turn = (content: unknown, role: string, second: number, more = {}): object => ({
      ...{ type: 'message', id: String(second), parentId: second === 1 ? null : String(second - 1) },
      timestamp: new Date(Date.parse(TIME) + second * 1000).toISOString(),
      message: { role, content, ...more },
    });
    const { state, toolCalls } = await read([
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
    const calls = toolCalls;
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
    assert.equal(state.metadata.imported?.source, '../../etc/passwd');
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
