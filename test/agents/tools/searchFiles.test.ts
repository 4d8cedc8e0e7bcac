import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { searchFiles } from '../../../src/agents/tools/searchFiles.ts';
import type { ToolEnvironment } from '../../../src/agents/tools/tool.ts';
import { createFiles } from '../../../src/workspace/files.ts';

describe('search_files', () => {
  let root: string;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'search-'));
    await writeFile(join(root, 'a.txt'), `hello world\nfoo(bar\n${'a'.repeat(60)}!\n`);
    await writeFile(join(root, 'binary'), Buffer.from([0, 1, 2, 104, 101, 108, 108, 111]));
  });

  after(() => rm(root, { recursive: true }));

  async function search(pattern: string): Promise<string> {
    const environment = { files: createFiles(root), signal: new AbortController().signal } as ToolEnvironment;
    const call = await searchFiles.prepare({ pattern }, environment);
    assert.equal(call.class, 'read');
    const none = (): Promise<void> => Promise.resolve();
    return (await call.act({ started: none, output: none })).text;
  }

  it('finds lines by expression, and by a text that is none', async () => {
    assert.equal(await search('wor.d'), 'a.txt:1: hello world');
    assert.equal(await search('foo('), 'a.txt:2: foo(bar');
    assert.equal(await search('nowhere'), 'Nothing was found.');
  });

  it('gives up on an expression that would never end', async () => {
    assert.match(await search('(a+)+$'), /takes too long/);
  });
});
