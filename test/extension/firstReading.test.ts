import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { generateSessions } from '../../bench/generateSessions.mts';
import type { Event } from '../../src/core/event.ts';
import { nullLogger } from '../../src/core/logger.ts';
import type { OnLongWork } from '../../src/core/longWork.ts';
import { FolderSessions } from '../../src/extension/folders/folderSessions.ts';
import type { Host } from '../../src/host/host.ts';
import { SessionTree } from '../../src/extension/sessionTree/sessionTree.ts';
import type { TreeNode } from '../../src/extension/sessionTree/treeNode.ts';
import { openHost, profileIn } from '../support/openHost.ts';

describe('a folder whose sessions were not read yet', () => {
  let root: string;
  let profile: string;
  let folder: FolderSessions;
  let tell: OnLongWork;
  let open: (host: Host) => void;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'folder-')));
    profile = await mkdtemp(join(tmpdir(), 'profile-'));
    const opened = Promise.withResolvers<Host>();
    open = opened.resolve;
    folder = new FolderSessions({
      folder: { uri: vscode.Uri.file(root), name: 'folder', index: 0 },
      logger: nullLogger,
      openHost: onLongWork => {
        tell = onLongWork;
        return opened.promise;
      },
    });
  });
  afterEach(async () => {
    await folder.close();
    for (const path of [root, profile]) await rm(path, { recursive: true, force: true });
  });

  it('is not said to be empty, and says how far it is', async () => {
    generateSessions(root, 60);
    assert.equal(folder.isEmpty, false);
    const loaded = folder.load();
    tell({ kind: 'read', done: 5, total: 60 });
    assert.deepEqual([folder.isEmpty, folder.loaded], [false, false]);
    assert.deepEqual(folder.reading, { kind: 'read', done: 5, total: 60 });
    tell({ kind: 'read', done: 60, total: 60 });
    assert.equal(folder.reading, undefined);
    tell({ kind: 'check', done: 5, total: 60 });
    assert.equal(folder.reading, undefined, 'a check is shown elsewhere');
    open(await openHost(root, profileIn(profile)));
    await loaded;
    assert.deepEqual([folder.isEmpty, folder.all.rows.length, folder.all.total], [false, 50, 60]);
  });

  it('shows the newest before lists that look at all sessions are there, and those in the end', async () => {
    generateSessions(root, 60);
    const host = await openHost(root, profileIn(profile));
    const [newest] = await host.sessions.listSessions({ limit: 1 });
    await host.sessions.updateSession(newest?.sessionId ?? '', { pinned: true });
    const released = Promise.withResolvers<undefined>();
    const listPage = host.sessions.listPage.bind(host.sessions);
    host.sessions.listPage = async query => {
      if (query?.only !== undefined) await released.promise;
      return listPage(query);
    };
    open(host);
    await folder.load();
    assert.deepEqual([folder.loaded, folder.all.rows.length, folder.pinned.rows.length], [true, 50, 0]);
    released.resolve(undefined);
    await folder.reload();
    assert.deepEqual([folder.loaded, folder.all.rows.length, folder.pinned.rows.length], [true, 50, 1]);
  });

  it('shows a session that is made while the others are read at once, and the others in the end', async () => {
    generateSessions(root, 60);
    const host = await openHost(root, profileIn(profile));
    const released = Promise.withResolvers<undefined>();
    const listPage = host.sessions.listPage.bind(host.sessions);
    host.sessions.listPage = async query => {
      await released.promise;
      return listPage(query);
    };
    open(host);
    const tree = new SessionTree({
      all: [folder],
      onDidChange: listener => folder.onDidChange(change => listener({ folder, change })),
      onDidChangeList: listener => folder.onDidChangeList(() => listener(folder)),
    });
    const loaded = tree.getChildren();
    tell({ kind: 'read', done: 5, total: 60 });
    const changed = once(folder.onDidChangeList);
    const { sessionId } = await host.sessions.createSession({ title: 'Made meanwhile' });
    await changed;
    assert.deepEqual([folder.loaded, folder.isEmpty, folder.current?.sessionId], [false, false, sessionId]);
    assert.deepEqual(groupsOf(await loaded), ['Current']);
    const [group] = await tree.getChildren();
    const [row] = await tree.getChildren(group);
    assert.equal(row?.item().label, 'Made meanwhile');
    released.resolve(undefined);
    await folder.reload();
    const [current, ...others] = groupsOf(await tree.getChildren());
    assert.deepEqual([current, others.length > 0, folder.all.total], ['Current', true, 61]);
    tree.dispose();
  });

  it('shows the session that was current when it turns out that the others take long', async () => {
    generateSessions(root, 60);
    const host = await openHost(root, profileIn(profile));
    const { sessionId } = await host.sessions.createSession({});
    const asked = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<undefined>();
    const listPage = host.sessions.listPage.bind(host.sessions);
    host.sessions.listPage = async query => {
      asked.resolve(undefined);
      await released.promise;
      return listPage(query);
    };
    open(host);
    const loaded = folder.load();
    await asked.promise;
    tell({ kind: 'read', done: 5, total: 60 });
    await loaded;
    assert.deepEqual([folder.loaded, folder.current?.sessionId], [false, sessionId]);
    released.resolve(undefined);
    await folder.reload();
    assert.deepEqual([folder.loaded, folder.all.rows.length], [true, 50]);
  });

  it('is empty as soon as it is known that it has none', async () => {
    let changes = 0;
    folder.onDidChangeList(() => changes++);
    folder.noteAbsent();
    assert.deepEqual([folder.isEmpty, folder.loaded, changes], [true, false, 1]);
    open(await openHost(root, profileIn(profile)));
    await folder.load();
    assert.deepEqual([folder.isEmpty, folder.loaded], [true, true]);
  });
});

function once(event: Event<void>): Promise<void> {
  return new Promise(resolve => {
    const listener = event(() => {
      listener.dispose();
      resolve();
    });
  });
}

function groupsOf(nodes: readonly TreeNode[]): unknown[] {
  return nodes.map(node => node.item().label);
}
