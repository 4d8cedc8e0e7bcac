import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Emitter } from '../../src/core/event.ts';
import type { SessionMetadata } from '../../src/core/session.ts';
import { CommandId, SettingId } from '../../src/extension/contributionIds.ts';
import type { FolderSessions } from '../../src/extension/folders/folderSessions.ts';
import { WindowServer } from '../../src/extension/server/windowServer.ts';
import { openFolder } from './support/openFolder.ts';
import {
  codeOfRejection,
  openApi,
  runCommand,
  thisExtension,
  until,
  workspaceRoot,
} from './support/thisExtension.ts';

interface ServerPlace {
  readonly url: string;
  readonly root: string;
  readonly tokenFile: string;
}

describe('the server of a window', () => {
  const start = (args: object = { port: 0 }) => runCommand<ServerPlace>(CommandId.startServer, args);
  const stop = () => runCommand(CommandId.stopServer);
  const tokensIn = (file: string) =>
    (JSON.parse(readFileSync(file, 'utf8')) as { tokens: { read: string; full: string } }).tokens;
  const ask = (place: ServerPlace, path: string, init: RequestInit = {}) =>
    fetch(`${place.url}${path}`, {
      ...init,
      headers: {
        Authorization: `Bearer ${tokensIn(place.tokenFile).full}`,
        'Content-Type': 'application/json',
      },
    });
  const isUp = (url: string) =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );

  before(openApi);
  afterEach(stop);

  it('is not even loaded until somebody starts it', async () => {
    const code = join(thisExtension().extensionPath, 'dist', 'server.js');
    assert.equal(require.cache[code], undefined);
    await start();
    assert.ok(require.cache[code]);
  });

  it('shows what the window has and the window what it does, under the same ids', async () => {
    const place = await start();
    assert.equal(place.root, workspaceRoot());
    assert.equal((await fetch(`${place.url}/sessions`)).status, 401);
    const made = await ask(place, '/sessions', { method: 'POST', body: JSON.stringify({ title: 'By API' }) });
    assert.equal(made.status, 201);
    const { sessionId } = (await made.json()) as { sessionId: string };
    const api = await openApi();
    assert.equal((await api.getSession(sessionId)).title, 'By API');
    const body = JSON.stringify({ task: '$ echo from the API', sessionId });
    const done = await ask(place, '/agent/execute', { method: 'POST', body });
    assert.equal(((await done.json()) as { task: { status: string } }).task.status, 'completed');
    assert.equal((await api.getSession(sessionId)).completedTasks, 1);
    const byCommand = await runCommand<SessionMetadata>(CommandId.createSession, { title: 'By command' });
    assert.equal((await ask(place, `/sessions/${byCommand.sessionId}`)).status, 200);
  });

  it('starts once, and takes its token with it when it stops', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    assert.deepEqual(first, second);
    assert.ok(existsSync(first.tokenFile));
    await stop();
    assert.deepEqual([await isUp(first.url), existsSync(first.tokenFile)], [false, false]);
    await stop();
    assert.equal(await codeOfRejection(start({ port: 70_000 })), 'invalid_input');
  });

  it('follows the setting, which is off, and leaves a port that is taken to its owner', async () => {
    const settings = vscode.workspace.getConfiguration();
    assert.equal(settings.get(SettingId.serverEnabled), false);
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => other.once('listening', resolve));
    const address = other.address();
    const taken = typeof address === 'object' && address !== null ? address.port : 0;
    const set = (id: string, value: unknown) => settings.update(id, value, vscode.ConfigurationTarget.Global);
    try {
      assert.equal(await codeOfRejection(start({ port: taken })), 'conflict');
      await set(SettingId.serverPort, taken);
      await set(SettingId.serverEnabled, true);
      // It was started by the setting: this tells where.
      const place = await start({});
      assert.notEqual(new URL(place.url).port, String(taken));
      assert.equal(await isUp(place.url), true);
      await set(SettingId.serverEnabled, false);
      await until('the server stops', async () => !(await isUp(place.url)));
    } finally {
      other.close();
      await set(SettingId.serverEnabled, undefined);
      await set(SettingId.serverPort, undefined);
    }
  });

  it('keeps its tokens out of the log, and ends with its folder', async () => {
    const open = await openFolder();
    const log: string[] = [];
    const note = (message: string, cause?: unknown): void => {
      log.push(`${message} ${String(cause)}`);
    };
    const logger = { debug: note, info: note, warn: note, error: note };
    const lists = new Emitter<FolderSessions | undefined>(() => undefined);
    const folders = { all: [open.folder], onDidChangeList: lists.event };
    const server = new WindowServer(folders, logger);
    try {
      const { server: running } = await server.start(open.folder, 0);
      const { url, tokens } = running;
      await fetch(`${url}/sessions`, { headers: { Authorization: `Bearer ${tokens.full}` } });
      await fetch(`${url}/sessions`, { headers: { Authorization: `Bearer ${tokens.full}x` } });
      folders.all.pop();
      lists.fire(undefined);
      await until('the server stops', async () => !(await isUp(url)));
      assert.equal(server.serving, undefined);
      assert.ok(log.some(line => line.includes(url)));
      for (const token of [tokens.read, tokens.run, tokens.full]) assert.ok(!log.join('\n').includes(token));
    } finally {
      server.dispose();
      await open.close();
    }
    assert.equal(lists.listenerCount, 0);
  });
});
