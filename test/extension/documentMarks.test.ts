import assert from 'node:assert/strict';
import type { AgentTask } from '../../src/core/task.ts';
import { DocumentMarks, type Edit } from '../../src/extension/documentMarks.ts';

describe('marks of a document', () => {
  const tasks: readonly AgentTask[] = [];
  const found = (): DocumentMarks => new DocumentMarks(Promise.resolve([{ line: 5, tasks, isWhole: false }]));
  const newLine: Edit = {
    range: { start: { line: 2, character: 0 }, end: { line: 2 } },
    text: 'by hand\n',
  };
  const linesOf = async (marks: DocumentMarks): Promise<number[]> =>
    (await marks.marks()).map(({ line }) => line);

  it('move with what the person types, and with what they typed before these were found', async () => {
    const marks = found();
    marks.edit([newLine]);
    assert.deepEqual(await linesOf(marks), [6]);
    marks.edit([newLine]);
    assert.deepEqual(await linesOf(marks), [7]);
  });

  it('are looked for again when tasks or the file changed, but not while the person types', () => {
    const marks = found();
    assert.equal(marks.areCurrent(false), true);
    marks.outdate();
    assert.equal(marks.areCurrent(false), false);
    marks.edit([newLine]);
    assert.equal(marks.areCurrent(true), true, 'typing goes on with what was known');
    marks.outdate();
    assert.equal(marks.areCurrent(true), true);
    assert.equal(marks.areCurrent(false), false, 'saved');
  });
});
