import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { SessionEvent } from '../../src/core/events.ts';
import { toDocument } from '../../src/core/sessionDocument.ts';
import type { SessionImport } from '../../src/core/session.ts';
import type { SessionState } from '../../src/core/state.ts';
import type { DiskStore } from '../../src/store/sessionStore.ts';
import type { Arrived } from '../../src/store/transfer/arrivals.ts';
import { FaultFileSystem } from '../support/faultFileSystem.ts';
import { created, renamed } from './support/diskFixture.ts';
import { type Content, packed, stream } from './support/packedContent.ts';
import { firstLine, ID, line, MemoryFixture, OTHER, ROOT } from './support/memoryFixture.ts';

const imported: SessionImport = { from: 'archive', source: ID, hash: 'a'.repeat(64) };
const HASH = createHash('sha256').update('a large output').digest('hex');
const owner = { host: 'h', boot: null, pidNamespace: null, pid: 1, start: null, nonce: 'gone' };

/** Everything on the disk that is not a temporary file of a living process. */
function contentOf({ disk }: MemoryFixture): unknown {
  const folders = ['sessions', 'blobs', 'trash'].map(name => `${ROOT}/.coding-agent/${name}`);
  return folders
    .filter(folder => disk.lstat(folder) !== undefined)
    .flatMap(folder => disk.list(folder).map(name => [name, disk.content(`${folder}/${name}`).toString()]));
}

function temporary({ disk }: MemoryFixture): string[] {
  const locks = `${ROOT}/.coding-agent/locks`;
  return disk.lstat(locks) === undefined ? [] : disk.list(locks).filter(name => name.endsWith('.tmp'));
}

/** What a session is, apart from being imported. */
function meaning(state: SessionState): unknown {
  const { imported: _imported, updatedAt: _updatedAt, lastEventSeq: _seq, ...metadata } = state.metadata;
  const { stats, ...document } = toDocument(state);
  return {
    ...document,
    stats: { ...stats, duration: 0 },
    ...metadata,
    imported: null,
    lastEventSeq: 0,
    updatedAt: 0,
  };
}

describe('sessions on their way', () => {
  const fixtures: MemoryFixture[] = [];
  function fixture(): MemoryFixture {
    const made = new MemoryFixture();
    fixtures.push(made);
    return made;
  }
  afterEach(async () => {
    for (const made of fixtures.splice(0)) await made.close();
  });

  async function made(...titles: string[]): Promise<Content> {
    const here = fixture();
    const store = here.store();
    const blob = store.createBlob();
    await blob.write('a large output');
    assert.equal(await blob.finish(), HASH);
    const ledger = await store.create(ID, [created(ID, ROOT, 'first')]);
    const failed: SessionEvent[] = [
      {
        type: 'taskCreated',
        data: {
          ...{
            taskId: 't',
            taskType: 'code',
            description: 'Do it',
            origin: 'person',
            agent: 'auto',
            attempt: 1,
          },
          ...{ seal: 'sealed', owner },
        },
      },
      { type: 'toolCallRequested', data: { taskId: 't', callId: 'c', stepId: null, tool: 'x', input: {} } },
      {
        type: 'toolCallEnded',
        data: {
          ...{ taskId: 't', callId: 'c', status: 'completed', duration: 1 },
          output: { bytes: 14, tail: 'output', blob: HASH },
        },
      },
      { type: 'taskCompleted', data: { taskId: 't', executionTime: 5, result: null } },
    ];
    await ledger.commit(() => failed);
    for (const title of titles) await ledger.commit(() => [renamed(title)]);
    const content = await packed(store);
    ledger.dispose();
    return content;
  }

  function receive(store: DiskStore, content: Content, sessionId = ID): Promise<Arrived> {
    return store.receive({ sessionId, imported: { ...imported, source: sessionId }, files: stream(content) });
  }

  it('are their journal, their snapshot and the outputs that these refer to', async () => {
    const content = await made('second');
    assert.deepEqual(Object.keys(content), [
      `sessions/${ID}.events.jsonl`,
      `sessions/${ID}.session.json`,
      `blobs/${HASH}`,
    ]);
  });

  it('arrive byte for byte, marked, with their outputs, and open from the snapshot that was made for them', async () => {
    const content = await made('second');
    const there = fixture();
    const store = there.store();
    const arrived = await receive(store, content);
    assert.equal(arrived.outcome, 'imported');
    const journal = there.disk.content(there.journal()).toString();
    const original = content[`sessions/${ID}.events.jsonl`]!.toString();
    assert.ok(journal.startsWith(original));
    assert.match(journal.slice(original.length), /^\{"v":1,"seq":7,[^\n]+"type":"sessionImported"[^\n]+\n$/);
    assert.equal(await store.readBlob(HASH), 'a large output');
    const reopened = await there.store().open(ID);
    assert.deepEqual(toDocument(reopened.state), toDocument(arrived.state));
    assert.deepEqual(reopened.damage, []);
    const { metadata, tasks } = reopened.state;
    assert.deepEqual([metadata.title, metadata.imported?.source], ['second', ID]);
    assert.deepEqual([tasks.get('t')?.origin, tasks.get('t')?.seal], ['foreign', undefined]);
    assert.deepEqual(
      (await store.list({})).sessions.map(row => row.imported?.from),
      ['archive'],
    );
    assert.equal((await store.doctor.check({ repair: false })).severity, 'none');
    assert.deepEqual(temporary(there), []);
  });

  it('in the midst of a task are closed as they arrive, every call with its one result', async () => {
    const here = fixture();
    const ledger = await here.store().create(ID, [created(ID, ROOT, 'first')]);
    const running: SessionEvent[] = [
      {
        type: 'taskCreated',
        data: {
          ...{ taskId: 't', taskType: 'code', description: 'Do it', origin: 'person', agent: 'auto' },
          ...{ attempt: 1, owner },
        },
      },
      { type: 'taskStarted', data: { taskId: 't', epoch: 1, owner } },
      { type: 'toolCallRequested', data: { taskId: 't', callId: 'c', stepId: null, tool: 'x', input: {} } },
    ];
    await ledger.commit(() => running);
    const there = fixture();
    await receive(there.store(), await packed(here.store()));
    const arrived = await there.store().open(ID);
    const task = arrived.state.tasks.get('t');
    assert.deepEqual([task?.status, task?.reason, arrived.state.live], ['failed', 'interrupted', []]);
    for (const calls of [await arrived.toolCalls('t'), await arrived.allToolCalls()])
      assert.deepEqual(
        calls.map(({ id, status }) => [id, status]),
        [['c', 'interrupted']],
      );
  });

  it('that are here already, with these records or more, are left as they are', async () => {
    const content = await made('second');
    const there = fixture();
    const store = there.store();
    await receive(store, content);
    const ledger = await store.open(ID);
    await ledger.commit(() => [renamed('mine')]);
    await ledger.commit(() => []);
    const before = contentOf(there);
    const again = await store.receive({
      sessionId: ID,
      imported: { ...imported, hash: 'b'.repeat(64) },
      files: stream(content),
    });
    assert.deepEqual([again.outcome, again.state.metadata.title], ['present', 'mine']);
    assert.deepEqual(contentOf(there), before);
    const home = fixture();
    const first = home.store();
    await receive(first, content);
    const back = await packed(first);
    const { outcome } = await receive(store, back);
    assert.equal(outcome, 'present', 'a mark of another import is no other record');
    ledger.dispose();
  });

  const harmful: Readonly<Record<string, (good: Content) => [Content, string?]>> = {
    'a line with a wrong sum': good => [
      {
        ...good,
        [`sessions/${ID}.events.jsonl`]: good[`sessions/${ID}.events.jsonl`]!.toString().replace(
          'Do it',
          'Do IT',
        ),
      },
    ],
    'a missing record': good => {
      const lines = good[`sessions/${ID}.events.jsonl`]!.toString().split('\n');
      return [{ [`sessions/${ID}.events.jsonl`]: lines.toSpliced(2, 1).join('\n') }];
    },
    'a journal that is cut off': good => [
      { [`sessions/${ID}.events.jsonl`]: good[`sessions/${ID}.events.jsonl`]!.toString().slice(0, -9) },
    ],
    'no journal and no snapshot': good => [{ [`blobs/${HASH}`]: good[`blobs/${HASH}`]! }],
    'the records of another session': () => [{ [`sessions/${ID}.events.jsonl`]: firstLine(OTHER) }],
    'a file of another session': good => [{ ...good, [`sessions/${OTHER}.session.json`]: '{}' }],
    'an output that is not what its name says': good => [{ ...good, [`blobs/${HASH}`]: 'another output' }],
    'a path that leads elsewhere': good => [{ ...good, [`sessions/../../${ID}.session.json`]: '{}' }],
    'a name that is none of a session': good => [{ ...good, 'sessions/constructor': '' }],
    'a second history': good => [{ ...good, [`sessions/${ID}.conflict-1.jsonl`]: '' }],
    'a lock': good => [{ ...good, [`locks/${ID}.lock`]: '' }],
    'a newer version': () => [
      {
        [`sessions/${ID}.events.jsonl`]: line(1, {
          ...created(ID, ROOT),
          data: { ...created(ID, ROOT).data, schemaVersion: 9 },
        } as SessionEvent),
      },
      'newer_version',
    ],
    'a snapshot of another session': () => [
      { [`sessions/${ID}.session.json`]: JSON.stringify({ sessionId: OTHER }) },
    ],
  };
  for (const [name, harm] of Object.entries(harmful)) {
    it(`with ${name} are refused, and nothing is changed`, async () => {
      const [content, code = 'bad_archive'] = harm(await made('second'));
      const there = fixture();
      await there.session(['mine'], OTHER);
      const before = contentOf(there);
      await assert.rejects(receive(there.store(), content), { name: 'SessionError', code });
      assert.deepEqual(contentOf(there), before);
      assert.deepEqual(temporary(there), []);
    });
  }

  it('whose records contradict those here, or that are in the trash, are a conflict, and nothing is changed', async () => {
    const there = fixture();
    await there.session(['mine', 'and more']);
    const store = there.store();
    const content = await made('second');
    const before = contentOf(there);
    await assert.rejects(receive(store, content), { code: 'conflict' });
    assert.deepEqual(contentOf(there), before);
    await store.trash(ID);
    const trashed = contentOf(there);
    await assert.rejects(receive(store, content), { code: 'conflict', message: /trash/ });
    assert.deepEqual(contentOf(there), trashed);
  });

  it('need a folder that is trusted', async () => {
    const content = await made();
    const there = fixture();
    await assert.rejects(receive(there.store({ readOnly: () => true }), content), { code: 'not_trusted' });
    assert.deepEqual(contentOf(there), []);
  });

  it('made before there were journals arrive too, with what nobody knows', async () => {
    const document = {
      sessionId: ID,
      startTime: '2026-01-01T00:00:00.000Z',
      title: 'Seed',
      extra: { kept: [1] },
    };
    const content = { [`sessions/${ID}.session.json`]: JSON.stringify(document) };
    const there = fixture();
    const { state } = await receive(there.store(), content);
    assert.deepEqual([state.metadata.title, state.metadata.imported?.from], ['Seed', 'archive']);
    const { outcome } = await receive(there.store(), content);
    assert.equal(outcome, 'present');
    there.disk.rename(there.snapshot(), `${ROOT}/aside`);
    const reopened = await there.store().open(ID);
    assert.deepEqual(reopened.state.unknownFields, { extra: { kept: [1] } });
    assert.ok(reopened.state.metadata.imported);
  });

  it('leave segments that an interrupted import left out of the way', async () => {
    const content = await made('second');
    const there = fixture();
    there.placeJournal('left over', ID, 2);
    const { outcome } = await receive(there.store(), content);
    assert.equal(outcome, 'imported');
    const reopened = await there.store().open(ID);
    assert.deepEqual(
      reopened.damage.map(({ problem }) => problem),
      [],
    );
  });

  it('keep all segments of a long journal', async () => {
    const here = fixture();
    const store = here.store();
    const ledger = await store.create(ID, [created(ID, ROOT, 'long')]);
    const pad = 'x'.repeat(30_000);
    for (let turn = 0; turn < 4; turn++)
      await ledger.commit(() => Array.from({ length: 120 }, (_, index) => renamed(`${turn}-${index}${pad}`)));
    ledger.dispose();
    const content = await packed(store);
    assert.equal(Object.keys(content).filter(path => path.includes('.events')).length, 2);
    const there = fixture();
    const { state } = await receive(there.store(), content);
    assert.deepEqual([state.metadata.lastEventSeq, state.metadata.title.slice(0, 5)], [482, '3-119']);
    assert.ok(
      there.disk.content(there.journal(ID, 1)).equals(Buffer.from(content[`sessions/${ID}.events.jsonl`]!)),
    );
    const reopened = await there.store().open(ID);
    assert.deepEqual([reopened.state.metadata.lastEventSeq, reopened.damage], [482, []]);
  });

  it('say and do the same elsewhere, whatever they are', async () => {
    const title = fc.string({ unit: 'grapheme', maxLength: 60 });
    const events = fc.array(
      fc.oneof(
        title.map(renamed),
        fc
          .array(title, { maxLength: 4 })
          .map((tags): SessionEvent => ({ type: 'sessionTagged', data: { tags } })),
        fc.boolean().map((pinned): SessionEvent => ({ type: 'sessionPinned', data: { pinned } })),
        fc.constantFrom<SessionEvent>(
          { type: 'sessionEnded', data: { status: 'failed' } },
          { type: 'sessionReopened', data: {} },
        ),
      ),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(events, async all => {
        const here = new MemoryFixture();
        const ledger = await here.store().create(ID, [created(ID, ROOT, 'one')]);
        for (const event of all) await ledger.commit(() => [event]);
        const { state } = ledger;
        const content = await packed(here.store());
        const there = new MemoryFixture();
        const arrived = await receive(there.store(), content);
        assert.deepEqual(meaning(arrived.state), meaning(state));
        const bytes = there.disk.content(there.journal());
        const original = here.disk.content(here.journal());
        assert.ok(bytes.subarray(0, original.length).equals(original));
        await here.close();
        await there.close();
      }),
      { numRuns: 60 },
    );
  });

  it('are there or not there, whichever write fails, and can be imported again', async () => {
    const content = await made('second');
    let calls = Infinity;
    let refused = 0;
    for (let at = 1; at <= calls; at++) {
      const there = fixture();
      await there.session(['mine'], OTHER);
      const faulty = new FaultFileSystem(there.disk, { code: 'EIO', at, forEver: false });
      const store = there.store({ files: faulty.files });
      const outcome = await receive(store, content).then(
        ({ outcome }) => outcome,
        (error: unknown) => (error as { code: string }).code,
      );
      faulty.fault = undefined;
      await store.close();
      if (faulty.fired.length === 0) calls = at;
      if (outcome !== 'imported') refused++;
      const listed = (await there.store().list({})).sessions.map(row => row.sessionId);
      assert.ok(
        listed.includes(OTHER) && (outcome !== 'imported' || listed.includes(ID)),
        `call ${at}: ${outcome}`,
      );
      const { outcome: again } = await receive(there.store(), content);
      assert.equal(again, listed.includes(ID) ? 'present' : 'imported');
      const ledger = await there.store().open(ID);
      assert.deepEqual([ledger.damage, ledger.state.metadata.title], [[], 'second']);
      assert.equal(await there.store().readBlob(HASH), 'a large output');
    }
    assert.ok(calls > 15 && refused > 10, `${calls} calls, ${refused} refused`);
  });
});
