import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { generateSessions } from '../../bench/generateSessions.mts';
import { nullLogger } from '../../src/core/logger.ts';
import type { OnLongWork } from '../../src/core/longWork.ts';
import { type OfferedSessions, sessionItems } from '../../src/extension/commands/sessionItems.ts';
import { tellOfWait } from '../../src/extension/commands/tellOfWait.ts';
import { FolderSessions } from '../../src/extension/folders/folderSessions.ts';
import { openHost, profileIn } from '../support/openHost.ts';

describe('the picker of sessions', () => {
  let root: string;
  let profile: string;
  let folder: FolderSessions;
  let tell: OnLongWork;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'folder-')));
    profile = await mkdtemp(join(tmpdir(), 'profile-'));
    folder = new FolderSessions({
      folder: { uri: vscode.Uri.file(root), name: 'folder', index: 0 },
      logger: nullLogger,
      openHost: onLongWork => {
        tell = onLongWork;
        return openHost(root, profileIn(profile));
      },
    });
  });
  afterEach(async () => {
    await folder.close();
    for (const path of [root, profile]) await rm(path, { recursive: true, force: true });
  });

  async function offered(
    words = '',
    options: OfferedSessions = {},
  ): Promise<{ sessions: string[]; notes: string[]; total: number }> {
    const { items, total } = await sessionItems([folder], options, words);
    const labels = (isNote: boolean): string[] =>
      items.filter(({ target }) => (target === undefined) === isNote).map(({ label }) => label);
    assert.ok(items.every(({ target, alwaysShow }) => words === '' || target === undefined || alwaysShow));
    return { sessions: labels(false), notes: labels(true), total };
  }

  it('says that it shows the newest only, and of how many', async () => {
    generateSessions(root, 99);
    const sessions = await folder.sessions();
    await sessions.createSession({ title: 'Zebra crossing' });
    const whole = await offered();
    assert.deepEqual([whole.sessions.length, whole.notes, whole.total], [100, [], 100]);
    await sessions.createSession({ title: 'Zebra finch' });
    const { items } = await sessionItems([folder], {}, '');
    assert.deepEqual(
      [items.length, items.at(-1)?.label],
      [101, 'These are the newest 100 of 101. Type words to find any of the others.'],
    );
    assert.equal(items.at(-1)?.target, undefined, 'nothing to choose');
    const found = await offered('zebra');
    assert.deepEqual(found.sessions.sort(), ['Zebra crossing', 'Zebra finch']);
    assert.deepEqual([found.notes, found.total], [[], 2]);
  });

  it('says that no session has what was typed', async () => {
    assert.deepEqual(await offered(), { sessions: [], notes: [], total: 0 });
    await (await folder.sessions()).createSession({ title: 'Zebra crossing' });
    assert.deepEqual(await offered('zebra finch'), {
      sessions: [],
      notes: ['No session has all of this.'],
      total: 0,
    });
  });

  it('looks through the trash by title', async () => {
    const sessions = await folder.sessions();
    for (const title of ['Zebra crossing', 'Straße', 'Kept']) {
      const { sessionId } = await sessions.createSession({ title });
      if (title !== 'Kept') await sessions.deleteSession(sessionId);
    }
    const trash: OfferedSessions = { rows: async each => (await each.sessions()).listTrash() };
    assert.equal((await offered('', trash)).total, 2);
    assert.deepEqual((await offered('CROSS zebra', trash)).sessions, ['Zebra crossing']);
    assert.deepEqual((await offered('kept', trash)).notes, ['No session has all of this.']);
  });

  it('says how far the sessions are read while they are waited for', async () => {
    await folder.sessions();
    const told: string[] = [];
    const folders = {
      all: [folder],
      onDidWork: (listener: (each: FolderSessions) => void) => folder.onDidWork(() => listener(folder)),
    };
    tell({ kind: 'read', done: 10, total: 1_000 });
    const wait = tellOfWait(folders, ({ label }) => told.push(label));
    tell({ kind: 'read', done: 500, total: 1_000 });
    wait.dispose();
    tell({ kind: 'read', done: 900, total: 1_000 });
    assert.deepEqual(told, [
      'Reading sessions for the first time: 10 of 1,000',
      'Reading sessions for the first time: 500 of 1,000',
    ]);
  });
});
