import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { SessionEvent } from '../../src/core/events.ts';
import { encodeRecord } from '../../src/store/journalLine.ts';
import { CheckpointFolder } from '../../src/workspace/checkpoints/checkpointFolder.ts';
import { created } from '../store/support/diskFixture.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { BundleMaker, type Entry, lyingPack, type Named } from './support/bundleMaker.ts';
import { importInto } from './support/importInto.ts';
import { rawZip } from './support/rawZip.ts';

const ID = 'aaaaaaaa-1111-4111-8111-111111111111';
const TASK = 'task-aaaaaaaa-00000001';
const BEFORE = `refs/tasks/${TASK}/before`;
const AFTER = `refs/tasks/${TASK}/after`;
const owner = { host: 'h', boot: null, pidNamespace: null, pid: 1, start: null, nonce: 'n' };

/** A bundle, and what the session's records say that it holds. */
interface Made {
  readonly bundle: Buffer;
  readonly before: string;
  readonly after: string;
}

/** The honest one: a file, then a file more. */
function honest(maker: BundleMaker): Made & { readonly names: readonly Named[] } {
  const file: Entry = ['100644', 'a.txt', maker.object('blob', 'one\n')];
  const before = maker.checkpoint([file]);
  const after = maker.checkpoint([file, ['100755', 'b.sh', maker.object('blob', 'two\n')]]);
  const names: readonly Named[] = [
    [before, BEFORE],
    [after, AFTER],
  ];
  return { before, after, names, bundle: maker.bundle(names) };
}

/** The honest one, whose state after the task is this tree. */
function after(maker: BundleMaker, tree: (file: Entry) => string): Made {
  const made = honest(maker);
  const id = tree(['100644', 'a.txt', maker.object('blob', 'one\n')]);
  const names: readonly Named[] = [
    [made.before, BEFORE],
    [id, AFTER],
  ];
  return { before: made.before, after: id, bundle: maker.bundle(names) };
}

/** The honest one, whose list is this. */
function listing(maker: BundleMaker, change: (made: ReturnType<typeof honest>) => readonly Named[]): Made {
  const made = honest(maker);
  return { ...made, bundle: maker.bundle(change(made)) };
}

/** Trees that hold one another: `wide` times on each of `deep` levels. */
function nested(maker: BundleMaker, wide: number, deep: number): string {
  let id = maker.tree(['100644', 'f', maker.object('blob', 'x')]);
  for (let level = 0; level < deep; level++) {
    const inner = id;
    const names = Array.from({ length: wide }, (_, index) => `d${String(index).padStart(3, '0')}`);
    id = maker.tree(...names.map((name): Entry => ['40000', name, inner]));
  }
  return maker.checkpoint([['40000', 'd', id]]);
}

const HOSTILE: Readonly<Record<string, (maker: BundleMaker) => Made>> = {
  'is no bundle': maker => ({ ...honest(maker), bundle: Buffer.from('PK nothing of the kind') }),
  'is empty': maker => ({ ...honest(maker), bundle: Buffer.alloc(0) }),
  'is a list without an end': maker => ({
    ...honest(maker),
    bundle: Buffer.from(`# v2 git bundle\n${`${'a'.repeat(40)} ${BEFORE}\n`.repeat(100_000)}`),
  }),
  'names nothing': maker => listing(maker, () => []),
  'is of another version, with capabilities': maker => {
    const made = honest(maker);
    return { ...made, bundle: maker.bundle(made.names, undefined, '# v3 git bundle\n@filter=blob:none\n') };
  },
  'needs objects that are not in it': maker => {
    const made = honest(maker);
    return { ...made, bundle: maker.bundle(made.names, undefined, `# v2 git bundle\n-${made.before} x\n`) };
  },
  'names a branch': maker => listing(maker, ({ after: id, names }) => [...names, [id, 'refs/heads/main']]),
  'names HEAD': maker => listing(maker, ({ after: id, names }) => [...names, [id, 'HEAD']]),
  'names what keeps an index': maker =>
    listing(maker, ({ after: id, names }) => [...names, [id, 'refs/folders/index-0123456789abcdef']]),
  'climbs out with ..': maker =>
    listing(maker, ({ after: id, names }) => [...names, [id, 'refs/tasks/../../../../evil/before']]),
  'names a moment that captures do not have': maker =>
    listing(maker, ({ after: id, names }) => [...names, [id, `refs/tasks/${TASK}/undo-3`]]),
  'hides a line behind a NUL': maker =>
    listing(maker, ({ after: id, names }) => [...names, [id, `${AFTER}\0 refs/heads/main`]]),
  'names one twice': maker => listing(maker, ({ names, after: id }) => [...names, [id, AFTER]]),
  'names a task of another session': maker =>
    listing(maker, ({ after: id, names }) => [...names, [id, 'refs/tasks/task-bbbbbbbb-00000001/after']]),
  'names a task that the session does not have': maker =>
    listing(maker, ({ after: id, names }) => [...names, [id, 'refs/tasks/task-aaaaaaaa-00000002/after']]),
  'has another state than the records say': maker =>
    listing(maker, ({ before, names: [first] }) => [first!, [before, AFTER]]),
  'names an object that it does not have': maker =>
    listing(maker, ({ names: [first] }) => [first!, ['1'.repeat(40), AFTER]]),
  'lacks the content of a file': maker => {
    const made = honest(maker);
    const gone = maker.object('blob', 'two\n');
    return { ...made, bundle: maker.bundle(made.names, maker.pack(maker.all().filter(id => id !== gone))) };
  },
  'is cut off': maker => {
    const made = honest(maker);
    return { ...made, bundle: made.bundle.subarray(0, -30) };
  },
  'goes on after its end': maker => {
    const made = honest(maker);
    return { ...made, bundle: Buffer.concat([made.bundle, Buffer.from('more')]) };
  },
  'has a changed byte': maker => {
    const made = honest(maker);
    const bundle = Buffer.from(made.bundle);
    bundle[bundle.length - 40]! ^= 1;
    return { ...made, bundle };
  },
  'claims a file of 8 GB': maker => {
    const made = honest(maker);
    return { ...made, bundle: maker.bundle(made.names, lyingPack(8 * 1024 ** 3)) };
  },
  'has a folder named ..': maker =>
    after(maker, file => maker.checkpoint([['40000', '..', maker.tree(file)]])),
  'has a folder named .git': maker =>
    after(maker, file => maker.checkpoint([['40000', '.git', maker.tree(file)]])),
  'has a folder named .GIT': maker =>
    after(maker, file => maker.checkpoint([['40000', '.GIT', maker.tree(file)]])),
  'has a name with a slash': maker =>
    after(maker, ([mode, , id]) => maker.checkpoint([[mode, '../../evil', id]])),
  'has an empty name': maker => after(maker, ([mode, , id]) => maker.checkpoint([[mode, '', id]])),
  'has a name twice': maker => after(maker, file => maker.checkpoint([file, file])),
  'has names out of order': maker =>
    after(maker, ([mode, , id]) =>
      maker.checkpoint([
        [mode, 'b', id],
        [mode, 'a', id],
      ]),
    ),
  'has a submodule': maker => after(maker, () => maker.checkpoint([['160000', 'sub', '1'.repeat(40)]])),
  'has a file of a strange mode': maker =>
    after(maker, ([, name, id]) => maker.checkpoint([['104755', name, id]])),
  'has .gitmodules that carry an option': maker =>
    after(maker, () => {
      const modules = '[submodule "x"]\n\tpath = x\n\turl = -u./payload\n';
      return maker.checkpoint([['100644', '.gitmodules', maker.object('blob', modules)]]);
    }),
  'has a tree that is none': maker => after(maker, () => maker.object('tree', 'no tree at all')),
  'has a checkpoint without its record': maker =>
    after(maker, file => maker.tree(['40000', 'files', maker.tree(file)])),
  'has a checkpoint with more in it': maker =>
    after(maker, file => {
      const record = maker.object('blob', '{"v":1,"folders":[],"left":[]}');
      const inner: Entry = ['40000', 'files', maker.tree(file)];
      return maker.tree(inner, ['100644', 'record', record], ['100644', 'z', file[2]]);
    }),
  'has a file for its files': maker =>
    after(maker, file => maker.tree(['100644', 'files', file[2]], ['100644', 'record', file[2]])),
  'has a file for a checkpoint': maker => after(maker, file => file[2]),
  'has a record that is no JSON': maker => after(maker, file => maker.checkpoint([file], 'record')),
  'has a record of another shape': maker => after(maker, file => maker.checkpoint([file], '{"folders":1}')),
  'has a record that leads elsewhere': maker =>
    after(maker, file => maker.checkpoint([file], '{"v":1,"folders":["../../evil"],"left":[]}')),
  'has a commit in it': maker =>
    after(maker, file => {
      const who = 'A <a@b> 1767225600 +0000';
      maker.object('commit', `tree ${maker.tree(file)}\nauthor ${who}\ncommitter ${who}\n\nx\n`);
      return maker.checkpoint([file]);
    }),
  'has ten thousand million files': maker => after(maker, () => nested(maker, 10, 10)),
  'has folders 400 deep': maker => after(maker, () => nested(maker, 1, 400)),
};

/** What each is refused for, where it is not git that does. */
const WHY: Readonly<Record<string, RegExp>> = {
  'is no bundle': /no end of their list/,
  'is empty': /no end of their list/,
  'is a list without an end': /no end of their list/,
  'names nothing': /name none/,
  'is of another version, with capabilities': /no git bundle of version 2/,
  'needs objects that are not in it': /no checkpoint of a task: "-/,
  'names a branch': /no checkpoint of a task: .*main/,
  'names HEAD': /no checkpoint of a task: .*HEAD/,
  'names what keeps an index': /no checkpoint of a task: .*folders/,
  'climbs out with ..': /no checkpoint of a task: .*evil/,
  'names a moment that captures do not have': /no checkpoint of a task: .*undo-3/,
  'hides a line behind a NUL': /no checkpoint of a task/,
  'names one twice': /name one of them twice/,
  'names a task of another session': /not those of the session's records/,
  'names a task that the session does not have': /not those of the session's records/,
  'has another state than the records say': /not those of the session's records/,
  'names an object that it does not have': /have one that is none/,
  'goes on after its end': /go on after their end/,
  'has a submodule': /mode 160000/,
  // Newer versions of git refuse it themselves.
  'has a file of a strange mode': /mode 104755|badFilemode/,
  'has a checkpoint without its record': /have one that is none/,
  'has a checkpoint with more in it': /have one that is none/,
  'has a file for its files': /have one that is none/,
  'has a file for a checkpoint': /have one that is none/,
  'has a record that is no JSON': /record that is none/,
  'has a record of another shape': /record that is none/,
  'has a record that leads elsewhere': /record that is none/,
  'has a commit in it': /have a commit/,
  'has ten thousand million files': /more than 1000000 files/,
  'has folders 400 deep': /256 deep/,
};

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function journal({ before, after: left }: Pick<Made, 'before' | 'after'>): string {
  const events: readonly SessionEvent[] = [
    created(ID, '/there', 'Theirs'),
    {
      type: 'taskCreated',
      data: {
        ...{ taskId: TASK, taskType: 'code', description: 'Do it', origin: 'person', agent: 'direct' },
        ...{ attempt: 1, owner },
      },
    },
    { type: 'taskStarted', data: { taskId: TASK, epoch: 1, owner } },
    { type: 'checkpointTaken', data: { taskId: TASK, moment: 'before', checkpoint: before } },
    { type: 'filesChanged', data: { taskId: TASK, changes: [{ path: 'b.sh', kind: 'added' }] } },
    { type: 'checkpointTaken', data: { taskId: TASK, moment: 'after', checkpoint: left } },
    { type: 'taskCompleted', data: { taskId: TASK, executionTime: 1, result: null } },
  ];
  const at = '2026-01-01T00:00:00.000Z';
  return events.map((event, index) => encodeRecord({ seq: index + 1, at, writer: 'w', event })).join('');
}

/** The archive of a session with one task and this bundle. */
function archive(made: Made, more: { readonly format?: number; readonly hash?: string } = {}): Buffer {
  const files = { [`sessions/${ID}.events.jsonl`]: journal(made), 'checkpoints.bundle': made.bundle };
  const entries = Object.entries(files).map(([path, content]) => ({
    ...{ path, size: Buffer.byteLength(content), sha256: sha256(content) },
    ...(path === 'checkpoints.bundle' && more.hash !== undefined ? { sha256: more.hash } : {}),
  }));
  const manifest = {
    ...{ kind: 'coding-agent-session', format: more.format ?? 2, sessionId: ID, lastEventSeq: 7, entries },
    ...{ product: { name: 'coding-agent-sessions', version: '0' }, exportedAt: '2026-01-01T00:00:00.000Z' },
  };
  const listed = { ...files, 'manifest.json': JSON.stringify(manifest) };
  return rawZip(Object.entries(listed).map(([name, content]) => ({ name, content })));
}

describe('archives with a bundle of checkpoints', function () {
  this.timeout(300_000);
  const temporary = useTemporaryFolder();
  const root = (): string => join(temporary(), 'root');
  const maker = (): BundleMaker => new BundleMaker(join(temporary(), 'maker'));

  function place(bytes: Buffer): string {
    const file = join(temporary(), 'archive.zip');
    writeFileSync(file, bytes);
    return file;
  }

  /** Every file of the folder, and its content. */
  function everything(): readonly (readonly [string, string])[] {
    return globSync('**/*', { cwd: root(), withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => [relative(root(), path), readFileSync(path, 'latin1')] as const)
      .filter(([path]) => !path.includes('locks'))
      .sort();
  }

  async function refused(bytes: Buffer, why: RegExp): Promise<void> {
    mkdirSync(root());
    await new CheckpointFolder(root(), null).ensure();
    const before = everything();
    await assert.rejects(importInto(root(), place(bytes)), {
      ...{ name: 'SessionError', code: 'bad_archive', message: why },
    });
    assert.deepEqual(everything(), before);
    assert.deepEqual(globSync(join(root(), '.coding-agent', 'checkpoints', 'tmp', '*')), []);
    assert.deepEqual(globSync(join(temporary(), 'evil*')), []);
  }

  it('as an export makes it are taken in', async () => {
    const { outcome, checkpoints } = await importInto(root(), place(archive(honest(maker()))));
    assert.deepEqual([outcome, checkpoints], ['imported', 1]);
    for (const [id, reference] of honest(maker()).names)
      assert.equal(readFileSync(join(root(), '.coding-agent', 'checkpoints', reference), 'utf8'), `${id}\n`);
  });

  for (const [what, make] of Object.entries(HOSTILE)) {
    it(`that ${what} are refused, and nothing is changed`, () =>
      refused(archive(make(maker())), WHY[what] ?? /refused by git/));
  }

  it('that is not what the manifest says are refused, and nothing is changed', () =>
    refused(archive(honest(maker()), { hash: 'f'.repeat(64) }), /hash that the manifest says/));

  it('in the format that has none are refused, and nothing is changed', () =>
    refused(archive(honest(maker()), { format: 1 }), /shape of one/));
});
