import assert from 'node:assert/strict';
import { globSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { SessionRecord } from '../../src/core/events.ts';
import { decodeLine } from '../../src/store/journalLine.ts';
import { HISTORY_WRITER, turnsOf } from '../../src/transfer/transcripts/historyFacts.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { historyReader } from './support/historyReader.ts';
import { importInto, type ImportedState } from './support/importInto.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'transcripts');
const TIME = Date.parse('2026-01-01T00:00:00.000Z');

/** What a history was at each moment while it was written, as far as it was one by then. */
const MOMENTS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  'claude-code': byLine,
  codex: byLine,
  pi: byLine,
  opencode: text => {
    const { messages, ...rest } = JSON.parse(text) as { messages: unknown[] };
    return messages.map((_, index) => JSON.stringify({ ...rest, messages: messages.slice(0, index + 1) }));
  },
};

function byLine(text: string): readonly string[] {
  const lines = text.trimEnd().split('\n');
  return lines.map((_, index) => `${lines.slice(0, index + 1).join('\n')}\n`);
}

function recordsOf(root: string, sessionId: string): readonly SessionRecord[] {
  const journal = join(root, '.coding-agent', 'sessions', `${sessionId}.events.jsonl`);
  const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
  // What was cut off stays as it is, and counts for nothing.
  return lines.flatMap(line => {
    const decoded = decodeLine(Buffer.from(line));
    return decoded.kind === 'record' ? [decoded.record] : [];
  });
}

/** What the records tell of the history, whenever it was imported. */
function story(root: string, sessionId: string): unknown {
  const mine = recordsOf(root, sessionId).filter(({ writer }) => writer === HISTORY_WRITER);
  return turnsOf(mine).map(({ prompt, facts, end, usage }) => ({ prompt, facts, end, usage }));
}

const at = (second: number): string => new Date(TIME + second * 1000).toISOString();
const head = { type: 'session', version: 3, id: 'p-9', timestamp: at(0), cwd: '/home/me/project' };
const entry = (second: number, message: object): object => ({
  ...{ type: 'message', id: String(second), parentId: second === 1 ? null : String(second - 1) },
  ...{ timestamp: at(second), message },
});
const asked = (second: number, content: string): object => entry(second, { role: 'user', content });
const said = (second: number, text: string, stopReason = 'stop'): object =>
  entry(second, { role: 'assistant', content: [{ type: 'text', text }], stopReason });

describe('histories that went on since they were imported', function () {
  this.timeout(300_000);
  const temporary = useTemporaryFolder();
  const root = (name = 'root'): string => join(temporary(), name);
  const { read } = historyReader(temporary);

  function place(text: string): string {
    const file = join(temporary(), 'growing');
    writeFileSync(file, text);
    return file;
  }

  for (const [name, momentsOf] of Object.entries(MOMENTS)) {
    it(`of ${name} come to the same, however often they are imported on the way`, async () => {
      const [file = ''] = globSync(join(FIXTURES, name, '*.json*'));
      const moments = momentsOf(readFileSync(file, 'utf8'));
      const { sessionId } = await importInto(root('whole'), place(moments.at(-1) ?? ''));
      const expected = story(root('whole'), sessionId);
      let extended = 0;
      let before = 0;
      for (const moment of moments) {
        const imported = await importInto(root(), place(moment)).catch((error: unknown) => {
          assert.equal((error as { code?: unknown }).code, 'bad_archive', 'no history yet');
        });
        if (imported === undefined) continue;
        if (imported.outcome === 'extended') extended++;
        const { length } = recordsOf(root(), sessionId);
        assert.equal(imported.outcome === 'present', length === before);
        before = length;
        assert.ok([...imported.state.tasks].every(({ origin }) => origin === 'foreign'));
        assert.deepEqual(imported.state.live, []);
      }
      assert.ok(extended >= 3, `${extended} times`);
      assert.deepEqual(story(root(), sessionId), expected);
      for (const at of [0.3, 0.6, 0.9]) {
        const cut = moments[Math.floor(moments.length * at)] ?? '';
        await importInto(root(`cut ${at}`), place(cut));
        await importInto(root(`cut ${at}`), place(moments.at(-1) ?? ''));
        assert.deepEqual(story(root(`cut ${at}`), sessionId), expected);
      }
    });
  }

  const begun = [
    head,
    asked(1, 'First'),
    said(2, 'Done'),
    asked(3, 'Second'),
    said(4, 'Let me see', 'toolUse'),
  ];
  const rest = [said(5, 'Seen'), asked(6, 'Third'), said(7, 'Well')];
  const told = ({ state }: ImportedState): unknown =>
    [...state.tasks].map(({ description, status, attempt, result }) => [
      ...[description, status, attempt, (result as { summary?: string } | undefined)?.summary],
    ]);

  it('go on where they were: new turns are tasks, and one that was under way gets another attempt', async () => {
    const first = await read(begun);
    assert.deepEqual(told(first), [
      ['First', 'completed', 1, 'Done'],
      ['Second', 'failed', 1, undefined],
    ]);
    const second = await read([...begun, ...rest]);
    assert.equal(second.outcome, 'extended');
    assert.deepEqual(told(second), [
      ['First', 'completed', 1, 'Done'],
      ['Second', 'failed', 1, undefined],
      ['Second', 'completed', 2, 'Seen'],
      ['Third', 'completed', 1, 'Well'],
    ]);
    const [, open, goneOn] = second.state.tasks;
    assert.deepEqual([goneOn?.continues, goneOn?.retryOf], [open?.id, open?.id]);
    assert.equal(second.state.metadata.imported?.hash, second.imported.hash, 'the newest');
    const journal = readFileSync(
      join(root(), '.coding-agent', 'sessions', `${first.sessionId}.events.jsonl`),
    );
    for (const older of [begun, begun.slice(0, 3), [...begun, ...rest]])
      assert.equal((await read(older)).outcome, 'present', 'an older copy has nothing new');
    assert.ok(
      readFileSync(join(root(), '.coding-agent', 'sessions', `${first.sessionId}.events.jsonl`)).equals(
        journal,
      ),
    );
  });

  for (const [what, changed] of Object.entries({
    'another prompt': [head, asked(1, 'Other'), ...begun.slice(2), ...rest],
    'another answer': [head, asked(1, 'First'), said(2, 'Other'), ...begun.slice(3), ...rest],
    'another answer in the turn that was under way': [
      ...begun.slice(0, 4),
      said(4, 'Other', 'toolUse'),
      ...rest,
    ],
    'a turn more in the midst': [
      ...[head, asked(1, 'First'), said(2, 'Done'), asked(3, 'Between'), said(4, 'Yes')],
      ...[asked(5, 'Second'), said(6, 'Let me see', 'toolUse')],
    ],
    'another folder': [{ ...head, cwd: '/elsewhere' }, ...begun.slice(1), ...rest],
  })) {
    it(`and read differently, with ${what}, are a conflict, and nothing is changed`, async () => {
      const { sessionId } = await read(begun);
      const before = recordsOf(root(), sessionId);
      await assert.rejects(read(changed), { code: 'conflict', message: /Nothing was changed/ });
      assert.deepEqual(recordsOf(root(), sessionId), before);
      assert.equal((await read(begun)).outcome, 'present');
    });
  }

  it('keep the name that they were given here, and else take the one that they got', async () => {
    const named = (name: string): object => ({
      type: 'session_info',
      id: 'n',
      parentId: '4',
      timestamp: at(4),
      name,
    });
    await read([...begun, named('One')]);
    assert.equal((await read([...begun, named('Two')])).state.metadata.title, 'Two');
  });

  it('are completed by the next import when one was cut off in the midst of writing', async () => {
    const { sessionId } = await read(begun);
    const journal = join(root(), '.coding-agent', 'sessions', `${sessionId}.events.jsonl`);
    const { length: before } = readFileSync(journal);
    await read([...begun, ...rest]);
    const expected = story(root(), sessionId);
    const { length: after } = readFileSync(journal);
    const whole = readFileSync(journal);
    for (let size = before + 7; size < after; size += Math.ceil((after - before) / 12)) {
      writeFileSync(journal, whole);
      truncateSync(journal, size);
      rmSync(join(root(), '.coding-agent', 'sessions', `${sessionId}.session.json`), { force: true });
      const { state } = await read([...begun, ...rest]);
      assert.deepEqual(state.live, []);
      assert.deepEqual(story(root(), sessionId), expected, `cut at ${size - before} of ${after - before}`);
    }
  });

  it('have every changed file once when one was cut off within a list of them that takes several records', async () => {
    const count = 900;
    const line = (second: number, type: string, payload: object): object => ({
      timestamp: at(second),
      type,
      payload,
    });
    const event = (second: number, type: string, more: object = {}): object =>
      line(second, 'event_msg', { type, ...more });
    const turn = (second: number, prompt: string, files: number): object[] => {
      const names = Array.from(
        { length: files },
        (_, file) => `src/${'folder/'.repeat(8)}${prompt}-${String(file)}.ts`,
      );
      const changes = Object.fromEntries(
        names.map(name => [name, { type: 'update', unified_diff: '@@ -1 +1 @@\n-a\n+b\n' }]),
      );
      return [
        event(second, 'user_message', { message: prompt }),
        event(second + 1, 'patch_apply_end', { success: true, changes }),
        event(second + 2, 'patch_apply_end', {
          success: true,
          changes: { [`${prompt}.md`]: { type: 'update' } },
        }),
        line(second + 3, 'response_item', {
          ...{ type: 'message', role: 'assistant' },
          content: [{ type: 'output_text', text: 'Done' }],
        }),
        event(second + 4, 'task_complete'),
      ];
    };
    const meta = line(0, 'session_meta', { id: 'c-9', cwd: '/home/me/project' });
    const first = [meta, ...turn(1, 'first', 1)];
    const all = [...first, ...turn(10, 'second', count)];
    const { sessionId } = await read(first);
    const journal = join(root(), '.coding-agent', 'sessions', `${sessionId}.events.jsonl`);
    const { length: before } = readFileSync(journal);
    const { state: whole } = await read(all);
    const expected = story(root(), sessionId);
    const bytes = readFileSync(journal);
    const lists = recordsOf(root(), sessionId).filter(({ event: { type } }) => type === 'filesChanged');
    assert.ok(lists.length >= 6, `${String(lists.length)} records of changed files`);
    const paths = ({ tasks }: typeof whole): readonly string[] =>
      [...tasks].flatMap(({ filesChanged }) => filesChanged.map(change => change.path)).sort();
    assert.equal(paths(whole).length, count + 3);
    for (
      let end = bytes.indexOf(10, before) + 1;
      end > 0 && end < bytes.length;
      end = bytes.indexOf(10, end) + 1
    )
      // Between two records, and within the next one.
      for (const size of [end, end + 100]) {
        writeFileSync(journal, bytes.subarray(0, size));
        rmSync(join(root(), '.coding-agent', 'sessions', `${sessionId}.session.json`), { force: true });
        const { state } = await read(all);
        assert.ok(
          isDeepStrictEqual(story(root(), sessionId), expected),
          `cut at ${String(size)} of ${String(bytes.length)}`,
        );
        assert.equal(paths(state).join(), paths(whole).join());
        assert.equal((await read(all)).outcome, 'present', 'and then nothing is new');
      }
  });
});
