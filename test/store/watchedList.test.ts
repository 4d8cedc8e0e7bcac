import assert from 'node:assert/strict';
import { cpSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SessionEvent } from '../../src/core/events.ts';
import type { SessionQuery } from '../../src/core/ports.ts';
import { OwnTime } from '../support/ownTime.ts';
import { created, DiskFixture, renamed, systemClock } from './support/diskFixture.ts';
import { line, MemoryFixture, ROOT } from './support/memoryFixture.ts';

function idOf(number: number): string {
  return `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

describe('a list whose folder is watched', () => {
  it('is told of what other processes append, once it was listed twice', async () => {
    const real = new DiskFixture();
    const [mine, other] = [real.store(), real.store()];
    const ledger = await other.create(idOf(7), [created(idOf(7), real.root, 'First')]);
    const title = async (): Promise<string | undefined> => (await mine.list({})).sessions[0]?.title;
    for (const _ of [1, 2, 3]) assert.equal(await title(), 'First');
    await new Promise(resolve => setTimeout(resolve, 300));
    assert.equal(await title(), 'First');
    await ledger.commit(() => [renamed('By another')]);
    const time = new OwnTime();
    while ((await title()) !== 'By another') await new Promise(resolve => setTimeout(resolve, 10));
    // Without being told it would look again after 5 s.
    assert.ok(time.end() < 2000);
    await real.dispose();
  });

  it('is told of changes in a folder that took the place of the one that was watched', async () => {
    const real = new DiskFixture();
    const [mine, other] = [real.store(), real.store()];
    await other.create(idOf(7), [created(idOf(7), real.root, 'First')]);
    await other.close();
    const title = async (query: SessionQuery): Promise<string | undefined> =>
      (await mine.list(query)).sessions[0]?.title;
    for (const _ of [1, 2]) assert.equal(await title({}), 'First');
    const sessions = join(real.root, '.coding-agent', 'sessions');
    cpSync(sessions, `${sessions}-copy`, { recursive: true });
    renameSync(sessions, `${sessions}-away`);
    renameSync(`${sessions}-copy`, sessions);
    // What was looked at before it was watched holds for so long.
    await new Promise(resolve => setTimeout(resolve, 300));
    for (const _ of [1, 2]) assert.equal(await title({ status: 'active' }), 'First');
    // One that does not tell through the index.
    const later = real.store({ cache: join(real.root, 'other-cache') });
    await (await later.open(idOf(7))).commit(() => [renamed('In the new folder')]);
    const time = new OwnTime();
    while ((await title({ status: 'active' })) !== 'In the new folder')
      await new Promise(resolve => setTimeout(resolve, 10));
    // Without being told it would look again after a minute.
    assert.ok(time.end() < 2000);
    await real.dispose();
  });

  it('looks, for a list with a condition, at what the system told of, and at all once a minute', async () => {
    const memory = new MemoryFixture();
    const { disk } = memory;
    for (let number = 0; number < 300; number++) {
      const at = new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
      memory.placeJournal(line(1, created(idOf(number), ROOT, `Session ${number}`), at), idOf(number));
    }
    let tell: (name: string | undefined) => void = () => undefined;
    disk.watch = (_folder, onChange) => {
      tell = onChange;
      return { dispose: () => undefined };
    };
    let looks = 0;
    const lstat = disk.lstat.bind(disk);
    disk.lstat = path => {
      looks++;
      return lstat(path);
    };
    let elapsed = 0;
    const mine = memory.store({ clock: { ...systemClock, monotonic: () => elapsed } });
    const active = async (): Promise<{ total: number | undefined; looks: number }> => {
      looks = 0;
      const { total } = await mine.list({ status: 'active', limit: 20 });
      return { total, looks };
    };
    // It is watched from the second list on.
    for (const _ of [1, 2]) await mine.list({});
    // The folder's last change is so long ago that its time proves something.
    await new Promise(resolve => setTimeout(resolve, 60));
    elapsed += 10_000;
    const first = await active();
    elapsed += 10_000;
    const second = await active();
    for (const number of [7, 8]) {
      const content = disk.content(memory.journal(idOf(number))).toString();
      const ended: SessionEvent = { type: 'sessionEnded', data: { status: 'failed' } };
      disk.overwrite(memory.journal(idOf(number)), content + line(2, ended));
    }
    tell(basename(memory.journal(idOf(7))));
    const told = await active();
    elapsed += 60_000;
    const all = [first, second, told, await active()];
    assert.deepEqual(
      all.map(({ total }) => total),
      [300, 300, 299, 298],
    );
    const isFew = all.map(page => page.looks < 50);
    assert.deepEqual(isFew, [false, true, true, false], JSON.stringify(all));
    await memory.close();
  });
});
