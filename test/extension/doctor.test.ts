import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { App } from '../../src/extension/app.ts';
import { doctor } from '../../src/extension/commands/doctor.ts';
import { doctorPage } from '../../src/extension/taskDocument/doctorPage.ts';
import { objectId } from '../../src/workspace/checkpoints/looseObject.ts';
import { type OpenFolder, openFolder } from './support/openFolder.ts';

describe('Check Sessions, where a checkpoint is damaged', () => {
  let opened: OpenFolder;

  before(async () => {
    opened = await openFolder();
  });
  after(() => opened.close());

  it('names the task that it costs, and leaves everything where it is', async () => {
    const app = { folders: { requireActive: () => opened.folder } } as unknown as App;
    const check = (args: object) => doctor(app, { args: { ...args }, node: undefined });
    const task = await opened.sessions.executeTask({ task: 'create file a.txt with content: one' });
    assert.notEqual((await check({}))?.severity, 'damage');
    const id = objectId('blob', Buffer.from('one\n'));
    const object = join(opened.root, '.coding-agent/checkpoints/objects', id.slice(0, 2), id.slice(2));
    const aside = join(opened.root, 'aside');
    renameSync(object, aside);
    const report = await check({ repair: true });
    assert.ok(report);
    assert.deepEqual([report.severity, report.repairs], ['damage', []]);
    const page = doctorPage(report);
    assert.match(page, /^One file is damaged\. Nothing was moved or deleted\.$/m);
    assert.match(page, new RegExp(`^## Damage\n\n- .*${id}.*Not to be undone for that: ${task.id}\\.`, 'm'));
    renameSync(aside, object);
    assert.notEqual((await check({}))?.severity, 'damage');
  });
});

describe('Check Sessions, where a record of the journal is damaged', () => {
  let opened: OpenFolder;

  before(async () => {
    opened = await openFolder();
  });
  after(() => opened.close());

  it('repairs it on demand, keeps the original, and finds nothing damaged afterwards', async () => {
    const app = { folders: { requireActive: () => opened.folder } } as unknown as App;
    const check = (args: object) => doctor(app, { args: { ...args }, node: undefined });
    const session = await opened.sessions.createSession({ title: 'To be repaired' });
    const { sessionId } = session;
    await opened.sessions.executeTask({ task: 'create file b.txt with content: two', sessionId });
    await opened.sessions.endSession(sessionId);
    const folder = join(opened.root, '.coding-agent/sessions');
    const journal = join(folder, `${sessionId}.events.jsonl`);
    const damaged = readFileSync(journal, 'utf8').replace('"taskStarted"', '"taskStarten"');
    writeFileSync(journal, damaged);
    const before = await check({});
    assert.equal(before?.severity, 'damage');
    const after = await check({ repair: true });
    assert.ok(after);
    const [repair] = after.repairs;
    assert.ok(repair?.original, JSON.stringify(after));
    assert.equal(readFileSync(join(folder, basename(repair.original)), 'utf8'), damaged);
    assert.match(doctorPage(after), /^## Done$/m);
    assert.notEqual((await check({}))?.severity, 'damage');
    const { stats } = await opened.sessions.getSession(sessionId);
    assert.deepEqual([stats.tasks, stats.completed], [1, 1]);
  });
});
