import assert from 'node:assert/strict';
import type { IndexedRow } from '../../src/store/indexedRow.ts';
import { IndexFolder } from '../../src/store/indexFolder.ts';
import { StorePaths } from '../../src/store/storePaths.ts';
import { systemPause } from '../../src/store/storePorts.ts';
import { ScriptedProcesses, systemClock, systemIds } from './support/diskFixture.ts';
import { MemoryFixture, ROOT } from './support/memoryFixture.ts';

const MB = 1024 * 1024;

describe('the log of the list index', () => {
  const memory = new MemoryFixture();
  after(() => memory.close());

  it('is read whole when it is longer than what is read at once, but for a line that was cut off', () => {
    const ports = { files: memory.disk, paths: new StorePaths(ROOT), clock: systemClock, ids: systemIds };
    const all = { ...ports, processes: new ScriptedProcesses(), logger: memory.logger, pause: systemPause };
    const index = new IndexFolder(all, '/cache');
    const rows = Array.from({ length: 40 }, (_, number) => damagedRow(number, 'é'.repeat(MB / 8)));
    for (const row of rows) index.append('1', { rows: [row] });
    const [folder] = memory.disk.list('/cache/sessions');
    const path = `/cache/sessions/${folder ?? ''}/rows.1.jsonl`;
    const content = memory.disk.content(path);
    assert.ok(content.length > 9 * MB, `${content.length} bytes`);
    assert.deepEqual(read(index), idsOf(rows));
    const long = [damagedRow(40, 'a'.repeat(17 * MB)), damagedRow(41, 'after it')];
    index.append('2', { rows: long.slice(0, 1) });
    index.append('2', { rows: long.slice(1) });
    assert.deepEqual(read(index, '2'), idsOf(long), 'one line alone is longer');
    memory.disk.overwrite(path, content.subarray(0, -1));
    assert.deepEqual(read(index), idsOf(rows).slice(0, -1));
  });
});

function read(index: IndexFolder, generation = '1'): string[] {
  return [...index.rows(generation)].flatMap(line => idsOf(line.rows()));
}

function idsOf(rows: readonly IndexedRow[]): string[] {
  return rows.map(row => row.sessionId);
}

function damagedRow(number: number, problem: string): IndexedRow {
  const sessionId = `aaaaaaaa-1111-4111-8111-${String(number).padStart(12, '0')}`;
  return {
    ...{ sessionId, stamp: `${number}`, row: undefined, deleted: false },
    damaged: { file: 'a', problem },
  };
}
