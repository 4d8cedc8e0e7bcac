import assert from 'node:assert/strict';
import { regionMarks } from '../../src/core/blame/regionMarks.ts';

describe('marks above regions', () => {
  /** `a` to `c`: a line of that task; `.`: of none; `_`: an empty line of the task before it. */
  const marks = (drawing: string): [line: number, tasks: string][] => {
    const lines = Array.from(drawing);
    const tasks = lines.map((mark, line) =>
      mark === '_' ? (lines.slice(0, line).findLast(one => one !== '_') ?? null) : mark,
    );
    return regionMarks(
      tasks.map(task => (task === '.' ? null : task)),
      lines.map(mark => (mark === '_' ? '  ' : 'text')),
    ).map(({ line, taskIds }) => [line, taskIds.join('')]);
  };

  it('stand above each run of lines of a task, and nowhere else', () => {
    assert.deepEqual(marks('....'), []);
    assert.deepEqual(marks(''), []);
    assert.deepEqual(marks('.....aaaa.....bbbb'), [
      [5, 'a'],
      [14, 'b'],
    ]);
    assert.deepEqual(marks('aaaa......aaaa'), [
      [0, 'a'],
      [10, 'a'],
    ]);
  });

  it('do not begin with an empty line, nor repeat themselves after a few lines of nobody', () => {
    assert.deepEqual(
      regionMarks(['a', 'a', null, 'a'], ['', 'x', '', 'x']).map(({ line }) => line),
      [1],
    );
    assert.deepEqual(marks('aaa..aaa'), [[0, 'a']]);
    assert.deepEqual(regionMarks(['a', null], ['', 'x']), []);
  });

  it('are one for tasks that begin close to each other', () => {
    assert.deepEqual(marks('aaaaabaaaaa'), [
      [0, 'a'],
      [5, 'ba'],
    ]);
    assert.deepEqual(marks('abcabc'), [
      [0, 'abc'],
      [3, 'abc'],
    ]);
  });

  it('are few, however mixed a file is, and still name every task', () => {
    const tasks = Array.from({ length: 5_000 }, (_, line) => `task ${line % 700}`);
    const found = regionMarks(
      tasks,
      Array.from({ length: 5_000 }, () => 'x'),
    );
    assert.ok(found.length > 10 && found.length <= 30, `${found.length} marks`);
    assert.equal(new Set(found.flatMap(({ taskIds }) => taskIds)).size, 700);
  });
});
