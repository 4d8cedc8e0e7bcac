import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { generateSessions } from '../../bench/generateSessions.mts';
import { toDisposable } from '../../src/core/disposable.ts';
import { type NextFrame, SessionTree } from '../../src/extension/sessionTree/sessionTree.ts';
import { LoadMoreNode } from '../../src/extension/sessionTree/loadMoreNode.ts';
import type { TreeNode } from '../../src/extension/sessionTree/treeNode.ts';
import { openFolder, type OpenFolder } from './support/openFolder.ts';
import { until } from './support/thisExtension.ts';

/** A tree as text: a line a row, two spaces a level; `+` is expanded, `-` is collapsed. */
async function draw(tree: SessionTree, node?: TreeNode, depth = 0): Promise<string[]> {
  const lines: string[] = [];
  for (const child of await tree.getChildren(node)) {
    const item = tree.getTreeItem(child);
    const state = ' -+'[item.collapsibleState ?? 0] ?? ' ';
    const label = typeof item.label === 'string' ? item.label : (item.label?.label ?? '');
    lines.push(`${'  '.repeat(depth)}${state}${label}`);
    if (item.collapsibleState === vscode.TreeItemCollapsibleState.Expanded)
      lines.push(...(await draw(tree, child, depth + 1)));
  }
  return lines;
}

/** Frames that pass when a test says so: what is drawn in one of them is not a matter of time. */
class ManualFrames {
  #draw: (() => void) | undefined;

  readonly next: NextFrame = draw => {
    this.#draw = draw;
    return toDisposable(() => {
      this.#draw = undefined;
    });
  };

  pass(): void {
    const draw = this.#draw;
    this.#draw = undefined;
    draw?.();
  }
}

describe('sessions tree', () => {
  let open: OpenFolder;
  let tree: SessionTree;

  beforeEach(async () => {
    open = await openFolder();
    tree = new SessionTree(open.shown);
  });

  afterEach(async () => {
    tree.dispose();
    await open.close();
    assert.equal(open.listenerCount(), 0, 'the tree leaves no listener behind');
  });

  const settled = async (): Promise<void> => open.folder.reload();

  it('is empty without a session', async () => {
    assert.deepEqual(await draw(tree), []);
    assert.equal(open.folder.isEmpty, true);
  });

  it('has the current session and its newest task expanded, newest first', async () => {
    await open.sessions.createSession({ title: 'Old' });
    await open.sessions.createSession({ title: 'Profile page' });
    await open.sessions.executeTask({ task: 'create file a.txt with content: one' });
    await open.sessions.executeTask({ task: '$ exit 1' });
    await settled();
    const lines = await draw(tree);
    assert.deepEqual(lines.slice(0, 4), ['+Current', '  +Profile page', '    +$ exit 1', '       $ exit 1']);
    assert.ok(lines.includes('    -create file a.txt with content: one'));
    assert.ok(lines.includes('-Today (1)'));
  });

  it('says once how a task and a step stand', async () => {
    await open.sessions.executeTask({ task: 'create file a.txt with content: one' });
    await open.sessions.executeTask({ task: '$ exit 1' });
    await settled();
    const [session] = await tree.getChildren((await tree.getChildren())[0]);
    const spoken = async (nodes: Promise<TreeNode[]>): Promise<string[]> =>
      (await nodes).map(node => tree.getTreeItem(node).accessibilityInformation?.label ?? '');
    const [failed = '', completed = ''] = await spoken(tree.getChildren(session));
    assert.match(failed, /^\$ exit 1, failed · exit 1 · [^,]* · command$/);
    assert.match(completed, /^create file a\.txt with content: one, completed, [^,]* · file$/);
    const [step = ''] = await spoken(tree.getChildren((await tree.getChildren(session))[0]));
    assert.match(step, /^\$ exit 1, failed, exit 1/);
  });

  it('lists the files that a task changed, and each knows where it is', async () => {
    await open.sessions.executeTask({ task: 'create file sub/a.txt with content: one' });
    await settled();
    const group = (await tree.getChildren())[0];
    const session = (await tree.getChildren(group))[0];
    const task = (await tree.getChildren(session))[0];
    const changes = (await tree.getChildren(task)).at(-1);
    assert.ok(changes);
    assert.equal(tree.getTreeItem(changes).label, 'Changed files (1)');
    const file = (await tree.getChildren(changes))[0] as TreeNode & { uri: vscode.Uri };
    assert.equal(file.uri.fsPath, join(open.root, 'sub', 'a.txt'));
    assert.equal(tree.getParent(file), changes);
  });

  it('shows pinned, archived and damaged ones apart, each session once', async () => {
    const { sessions } = open;
    const pinned = await sessions.createSession({ title: 'Pinned one' });
    const archived = await sessions.createSession({ title: 'Archived one' });
    await sessions.createSession({ title: 'Plain' });
    await sessions.createSession({ title: 'Now' });
    await sessions.updateSession(pinned.sessionId, { pinned: true });
    await sessions.updateSession(archived.sessionId, { archived: true });
    const folder = join(open.root, '.coding-agent', 'sessions');
    await writeFile(join(folder, 'not-a-session.session.json'), '{}');
    await symlink('/etc/passwd', join(folder, '550e8400-e29b-41d4-a716-446655440000.session.json'));
    await mkdir(join(folder, '660e8400-e29b-41d4-a716-446655440001.session.json'));
    await writeFile(join(folder, '770e8400-e29b-41d4-a716-446655440002.conflict-1.jsonl'), '');
    await until('damaged ones', async () => {
      await settled();
      return open.folder.damaged.length >= 4;
    });
    const labels = (await draw(tree)).filter(line => !line.startsWith(' '));
    assert.deepEqual(labels, ['+Current', '-Pinned (1)', '-Today (1)', '-Archived (1)', '-Damaged (4)']);
    const damaged = await tree.getChildren((await tree.getChildren()).at(-1));
    const rows = damaged.map(node => tree.getTreeItem(node));
    assert.deepEqual(rows.map(({ label }) => label).sort(), [
      ...['Second history of 770e8400', 'Session 550e8400', 'Session 660e8400', 'not-a-session.session.json'],
    ]);
    const link = rows.find(({ label }) => label === 'Session 550e8400');
    assert.match(String(link?.description), /link/);
    assert.ok(typeof link?.tooltip === 'string');
    assert.match(link.tooltip, /^550e8400-e29b-41d4-a716-446655440000\.session\.json\n/);
  });

  it('goes on beyond a page', async function () {
    this.timeout(300_000);
    for (let n = 0; n < 53; n++) await open.sessions.createSession({ title: `Session ${n}` });
    await settled();
    const today = (await tree.getChildren())[1];
    assert.ok(today);
    assert.equal(tree.getTreeItem(today).label, 'Today (49+)');
    const more = (await tree.getChildren(today)).at(-1);
    assert.ok(more instanceof LoadMoreNode);
    await more.load();
    const rows = await tree.getChildren((await tree.getChildren())[1]);
    assert.equal(rows.length, 52);
  });

  it('redraws the row that changed and no other', async () => {
    const frames = new ManualFrames();
    tree.dispose();
    tree = new SessionTree(open.shown, frames.next);
    await open.sessions.createSession({ title: 'Live' });
    await settled();
    await draw(tree);
    // What the making of the session changed is drawn first.
    frames.pass();
    const fired: (TreeNode | undefined)[] = [];
    tree.onDidChangeTreeData(node => fired.push(node));
    const { finished } = await open.sessions.startTask({ task: '$ echo hello' });
    await until('the task row', async () => {
      frames.pass();
      return (await draw(tree)).some(line => line.endsWith('$ echo hello'));
    });
    await finished;
    await settled();
    frames.pass();
    assert.ok(fired.length > 0);
    assert.ok(
      fired.every(node => node !== undefined && /^(SessionNode|TaskNode)$/.test(node.constructor.name)),
      `redrawn: ${fired.map(node => node?.constructor.name ?? 'all').join(', ')}`,
    );
  });

  it('redraws one node for one event, and once for many in a frame, however many sessions there are', async function () {
    this.timeout(300_000);
    const costs: object[] = [];
    for (const count of [100, 500]) {
      tree.dispose();
      await open.close();
      open = await openFolder();
      generateSessions(open.root, count);
      const { sessionId } = await open.sessions.createSession({ title: 'Live' });
      await settled();
      const frames = new ManualFrames();
      tree = new SessionTree(open.shown, frames.next);
      await draw(tree);
      const fired: (TreeNode | undefined)[] = [];
      tree.onDidChangeTreeData(node => fired.push(node));
      await open.sessions.updateSession(sessionId, { title: 'Renamed' });
      frames.pass();
      const one = fired.splice(0);
      await Promise.all(
        Array.from({ length: 50 }, (_, n) => open.sessions.updateSession(sessionId, { title: `Name ${n}` })),
      );
      frames.pass();
      const rows = await Promise.all(one.map(node => draw(tree, node)));
      costs.push({
        one: one.map(node => node?.constructor.name),
        rows: rows.flat().length,
        many: fired.map(node => node?.constructor.name),
      });
    }
    assert.deepEqual(costs[0], { one: ['SessionNode'], rows: 0, many: ['SessionNode'] });
    assert.deepEqual(costs[1], costs[0]);
  });

  it('is the same after a reload, and names what was interrupted', async () => {
    const session = await open.sessions.createSession({ title: 'Before the reload' });
    await open.sessions.executeTask({ task: '$ true' });
    const running = await open.sessions.startTask({ task: '$ sleep 30' });
    await until('the run', () => open.folder.states.busy().some(({ epoch }) => epoch === 2));
    await open.folder.closeHost();
    await running.finished;

    const again = await openFolder({ root: open.root, memento: open.memento });
    const secondTree = new SessionTree(again.shown);
    try {
      const lines = await draw(secondTree);
      assert.deepEqual(lines.slice(0, 3), ['+Current', '  +Before the reload', '    +$ sleep 30']);
      const { interrupted } = await again.sessions.resumeSession(session.sessionId);
      assert.deepEqual(
        interrupted.map(task => [task.description, task.reason]),
        [['$ sleep 30', 'interrupted']],
      );
    } finally {
      secondTree.dispose();
      await again.close();
      assert.equal(again.listenerCount(), 0);
    }
  });

  it('says why when the ledger cannot be written, and still draws', async () => {
    await writeFile(join(open.root, '.coding-agent'), 'a file where a folder is to be');
    await assert.rejects(open.sessions.createSession({ title: 'Nowhere to go' }), (error: unknown) => {
      const { code, message } = error as { code: string; message: string };
      assert.match(code, /^storage_/);
      assert.match(message, /\.coding-agent/);
      return true;
    });
    await settled();
    const lines = await draw(tree);
    assert.ok(lines.length <= 1, lines.join('\n'));
  });

  it('reads but writes nothing where the folder is not trusted', async () => {
    await open.sessions.createSession({ title: 'To read' });
    await open.folder.closeHost();
    const untrusted = await openFolder({ root: open.root, memento: open.memento, trusted: false });
    const secondTree = new SessionTree(untrusted.shown);
    try {
      assert.deepEqual((await draw(secondTree)).slice(0, 2), ['+Current', '  +To read']);
      await assert.rejects(untrusted.sessions.executeTask({ task: '$ true' }), { code: 'not_trusted' });
    } finally {
      secondTree.dispose();
      await untrusted.close();
    }
  });
});
