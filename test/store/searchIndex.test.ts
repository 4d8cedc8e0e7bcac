import assert from 'node:assert/strict';
import { SearchFolder } from '../../src/store/search/searchFolder.ts';
import { SearchIndex } from '../../src/store/search/searchIndex.ts';
import { Signature } from '../../src/store/search/signature.ts';
import { StorePaths } from '../../src/store/storePaths.ts';
import { systemPause } from '../../src/store/storePorts.ts';
import { ScriptedProcesses, systemClock, systemIds } from './support/diskFixture.ts';
import { MemoryFixture, ROOT } from './support/memoryFixture.ts';

const BITS = 256;
const FIRST = { sessionId: '00000001-0000-4000-8000-000000000000', stamp: '1 1 1 1', quiet: null };
const SECOND = { ...FIRST, sessionId: '00000002-0000-4000-8000-000000000000' };

describe('the search index', () => {
  const memory = new MemoryFixture();
  after(() => memory.close());

  it('keeps a block that is written while its folder is read', async () => {
    const ports = { files: memory.disk, paths: new StorePaths(ROOT), clock: systemClock, ids: systemIds };
    const all = { ...ports, processes: new ScriptedProcesses(), logger: memory.logger, pause: systemPause };
    const open = (): SearchIndex => new SearchIndex(all, new SearchFolder(all, '/cache'), () => true);
    const other = open();
    await other.add(FIRST, new Signature(BITS));
    await other.flush();
    const index = open();
    await index.add(SECOND, new Signature(BITS));
    const readdir = memory.disk.readdir.bind(memory.disk);
    memory.disk.readdir = async path => {
      const names = await readdir(path);
      memory.disk.readdir = readdir;
      await index.flush();
      return names;
    };
    await index.refresh();
    for (const { sessionId, stamp } of [FIRST, SECOND]) assert.ok(index.has(sessionId, stamp), sessionId);
  });
});
