import assert from 'node:assert/strict';
import { TaskBlame } from '../../src/core/blame/taskBlame.ts';
import { pathInRoot, type TracedTask } from '../../src/core/blame/tracedTask.ts';
import { emptyState } from '../../src/core/state.ts';
import type { AgentTask, FileChange } from '../../src/core/task.ts';
import { matchLines } from '../../src/workspace/lineMatch.ts';

const session = emptyState('s', '/project', new Date(0)).metadata;

/** A history of one file: what it was before and after each task, as the checkpoints have it. */
class FileHistory {
  readonly tasks: TracedTask[] = [];
  /** How often contents were read. */
  readings = 0;
  readonly #contents = new Map<string, string>();

  add(
    id: string,
    change: FileChange,
    before: string | undefined,
    after: string | undefined,
    more: Partial<AgentTask> = {},
  ): void {
    const at = new Date(this.tasks.length * 1000);
    if (before !== undefined) this.#contents.set(`${id}-before ${change.from ?? change.path}`, before);
    if (after !== undefined) this.#contents.set(`${id}-after ${change.path}`, after);
    const task: AgentTask = {
      ...{ id, sessionId: 's', type: 'file', description: id, status: 'completed', origin: 'person' },
      ...{ createdAt: at, updatedAt: at, agent: 'direct', model: null, attempt: 1, executionTime: 1 },
      ...{ usage: null, filesChanged: [change], commits: [], unsupervised: false, verification: null },
      ...{ checkpoint: `${id}-before`, checkpointAfter: `${id}-after`, ...more },
    };
    this.tasks.unshift({ task, session });
  }

  async lines(path: string, text: string): Promise<readonly (string | null)[] | null> {
    return (await this.blame(path, text)).lines;
  }

  blame(path: string, text: string | undefined): ReturnType<TaskBlame['blame']> {
    const blame = new TaskBlame({
      matchLines,
      finder: {
        changing: name =>
          Promise.resolve(
            this.tasks.filter(({ task }) => task.filesChanged.some(change => change.path === name)),
          ),
        committing: () => Promise.resolve([]),
      },
      checkpoints: {
        contents: places => {
          this.readings++;
          const contents = places.map(({ checkpoint, path: name }) =>
            this.#contents.get(`${checkpoint} ${name}`),
          );
          return Promise.resolve(
            contents.map(content => (content === undefined ? undefined : Buffer.from(content))),
          );
        },
      },
    });
    return blame.blame(path, text);
  }
}

describe('blame', () => {
  const added: FileChange = { path: 'a', kind: 'added', after: '1' };
  const modified: FileChange = { path: 'a', kind: 'modified', before: '1', after: '2' };

  it('gives each line to the task that brought it, and to none what a person wrote before, between and after', async () => {
    const history = new FileHistory();
    history.add('one', modified, 'mine\nx\n', 'mine\nfrom one\nalso one\nx\n');
    history.add(
      'two',
      modified,
      'mine\nfrom one\nalso one\nbetween\nx\n',
      'mine\nfrom one\nfrom two\nbetween\nx\n',
    );
    assert.deepEqual(await history.lines('a', 'mine\nfrom one\nafter\nfrom two\nbetween\nx\n'), [
      ...[null, 'one', null, 'two', null, null],
    ]);
  });

  it('follows a file to its former names, and gives a new file to who made it', async () => {
    const history = new FileHistory();
    history.add('made', added, undefined, 'a\nb\n');
    history.add(
      'moved',
      { path: 'b', from: 'a', kind: 'renamed', before: '1', after: '2' },
      'a\nb\n',
      'a\nB\n',
    );
    assert.deepEqual(await history.lines('b', 'a\nB\n'), ['made', 'moved']);
  });

  it('says so where contents were not captured, and answers for the file as a whole', async () => {
    const history = new FileHistory();
    history.add('old', added, undefined, 'a\n', { checkpoint: null });
    history.add('new', modified, 'a\n', 'a\nb\n');
    const partly = await history.blame('a', 'a\nb\n');
    assert.deepEqual(partly.lines, [null, 'new']);
    assert.match(partly.note ?? '', /older tasks cannot be told/);
    const { checkpointAfter: _after, ...running } = history.tasks[0]!.task;
    history.tasks[0] = { task: running, session };
    const whole = await history.blame('a', 'a\nb\n');
    assert.equal(whole.lines, null);
    assert.equal(whole.tasks[0]?.task.id, 'new');
    assert.match(whole.note ?? '', /not captured/);
    assert.match((await history.blame('a', 'binary\0')).note ?? '', /no text/);
    assert.deepEqual(await history.blame('other', 'x'), {
      path: 'other',
      tasks: [],
      lines: [null],
      note: null,
    });
    assert.equal((await history.blame('other', 'binary\0')).lines, null);
  });

  it('reads the contents of many tasks at once, and no more of them than it needs', async () => {
    const history = new FileHistory();
    const text = (count: number): string =>
      Array.from({ length: count }, (_, line) => `line ${line}\n`).join('');
    history.add('0', added, undefined, text(1));
    for (let count = 1; count < 100; count++)
      history.add(String(count), modified, text(count), text(count + 1));
    const all = await history.lines('a', text(100));
    assert.deepEqual(
      all,
      Array.from({ length: 100 }, (_, line) => String(line)),
    );
    assert.ok(history.readings <= 7, `${history.readings} readings for 100 tasks`);
    history.readings = 0;
    assert.deepEqual(await history.lines('a', 'line 99\n'), ['99']);
    assert.equal(history.readings, 1);
  });

  it('gives nothing to a task before which the file is not known any more', async () => {
    const history = new FileHistory();
    history.add('pruned', modified, undefined, 'a\nb\n');
    history.add('new', modified, 'a\nb\n', 'a\nb\nc\n');
    const { lines, note } = await history.blame('a', 'a\nb\nc\n');
    assert.deepEqual(lines, [null, null, 'new']);
    assert.match(note ?? '', /older tasks cannot be told/);
  });

  it('knows the files of sessions that work below the root', () => {
    assert.equal(pathInRoot({ ...session, workingDirectory: '/project/web' }, 'a.ts'), 'web/a.ts');
    assert.equal(pathInRoot(session, 'a.ts'), 'a.ts');
    assert.equal(pathInRoot({ ...session, workingDirectory: '/projected' }, 'a.ts'), undefined);
  });
});
