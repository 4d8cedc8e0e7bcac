import assert from 'node:assert/strict';
import { mergeChanges } from '../../src/core/fileChanges.ts';
import type { FileChange } from '../../src/core/task.ts';

describe('changed files of a task', () => {
  const after = (...changes: readonly FileChange[]): readonly FileChange[] =>
    changes.reduce<readonly FileChange[]>((known, change) => mergeChanges(known, [change]), []);
  const added: FileChange = { path: 'a', kind: 'added', after: '1', added: 3, removed: 0 };
  const modified: FileChange = { path: 'a', kind: 'modified', before: '0', after: '1', added: 2, removed: 1 };
  const renamed: FileChange = {
    path: 'b',
    from: 'a',
    kind: 'renamed',
    before: '1',
    after: '1',
    added: 0,
    removed: 0,
  };

  it('are one entry a path, from the first before to the last after', () => {
    assert.deepEqual(after(modified, { ...modified, before: '1', after: '2' }), [
      { path: 'a', kind: 'modified', before: '0', after: '2', added: 4, removed: 2 },
    ]);
    assert.deepEqual(after(added, { ...modified, before: '1', after: '2' }), [
      { path: 'a', kind: 'added', after: '2', added: 5, removed: 1 },
    ]);
  });

  it('count once what is told twice: by the tool that wrote, and by a look at the folder', () => {
    assert.deepEqual(after(added, added), [added]);
    assert.deepEqual(after(modified, modified), [modified]);
  });

  it('vanish when everything is as it was', () => {
    assert.deepEqual(after(modified, { ...modified, before: '1', after: '0' }), []);
    assert.deepEqual(after(added, { path: 'a', kind: 'deleted', before: '1' }), []);
    assert.deepEqual(after(renamed, { ...renamed, path: 'a', from: 'b' }), []);
  });

  it('follow a file to its new name', () => {
    assert.deepEqual(after(added, renamed), [{ path: 'b', kind: 'added', after: '1', added: 3, removed: 0 }]);
    assert.deepEqual(after(modified, renamed), [
      { path: 'b', from: 'a', kind: 'renamed', before: '0', after: '1', added: 2, removed: 1 },
    ]);
    assert.deepEqual(
      after(renamed, { path: 'b', kind: 'modified', before: '1', after: '2', added: 1, removed: 1 }),
      [{ path: 'b', from: 'a', kind: 'renamed', before: '1', after: '2', added: 1, removed: 1 }],
    );
    assert.deepEqual(after(renamed, { ...renamed, path: 'c', from: 'b' }), [
      { path: 'c', from: 'a', kind: 'renamed', before: '1', after: '1', added: 0, removed: 0 },
    ]);
    assert.deepEqual(after(renamed, { path: 'b', kind: 'deleted', before: '1' }), [
      { path: 'a', kind: 'deleted', before: '1' },
    ]);
  });

  it('keep what a moved file replaced', () => {
    assert.deepEqual(after({ path: 'b', kind: 'deleted', before: '9' }, renamed), [
      { path: 'b', kind: 'modified', before: '9', after: '1', added: 0, removed: 0 },
      { path: 'a', kind: 'deleted', before: '1' },
    ]);
  });
});
