import assert from 'node:assert/strict';
import { join } from 'node:path';
import { findEndpoints } from '../../src/host/findEndpoints.ts';
import { removeFolder, temporaryFolder } from '../../scripts/vscode/temporary.mts';
import { openLedger } from './support/openLedger.ts';
import { openVSCode, type VSCode } from './support/openVSCode.ts';

/** What a person sees of the server of a window, and of what other programs do through it. */
describe('the server of a window, as a person sees it', () => {
  let vscode: VSCode;
  let runtime: string;
  const endpoint = async () => {
    const places = { profile: { state: runtime }, folders: [join(runtime, 'coding-agent')] };
    return (await findEndpoints(places)).find(({ root }) => root === vscode.workspace);
  };
  const portShown = async () => {
    const items = await vscode.window.statusBarItems();
    return items.find(text => /^\d{2,5}$/.test(text));
  };

  before(async function () {
    runtime = await temporaryFolder('runtime');
    const env = { XDG_RUNTIME_DIR: runtime };
    vscode = await openVSCode(this, { env, settings: { 'codingAgent.server.port': 0 } });
    await vscode.window.openViewContainer('Coding Agent');
  });
  after(async () => {
    await vscode.close();
    removeFolder(runtime);
  });

  it('is off; started from the palette it says where it is, quietly', async () => {
    assert.equal(await portShown(), undefined);
    await vscode.window.runCommand('Coding Agent: Start Server');
    await vscode.window.until('the port in the status bar', portShown);
    const found = await endpoint();
    assert.equal(new URL(found?.url ?? '').port, await portShown());
    // VS Code itself may have something to say.
    const toasts = await vscode.window.notifications();
    assert.deepEqual(
      toasts.filter(text => /server|coding agent/i.test(text)),
      [],
    );
    await vscode.window.screenshot('server/1-running');
  });

  it('shows in the sidebar what programs do, by HTTP and on the files', async () => {
    const { url = '', tokens } = (await endpoint()) ?? {};
    const headers = { Authorization: `Bearer ${tokens?.full ?? ''}`, 'Content-Type': 'application/json' };
    const rowAppears = (text: string) =>
      vscode.window.until(`a row with ${text}`, async () =>
        (await vscode.window.rows('Sessions')).some(({ label }) => label.includes(text)),
      );
    const post = (path: string, body: object) =>
      fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal((await post('/sessions', { title: 'Made by HTTP' })).status, 201);
    await rowAppears('Made by HTTP');
    assert.equal((await post('/agent/execute', { task: '$ echo from a program' })).status, 200);
    await rowAppears('echo from a program');
    const ledger = await openLedger(vscode.workspace);
    const [session] = await ledger.sessions.listSessions();
    await ledger.sessions.executeTask({ task: '$ echo from the files', sessionId: session?.sessionId });
    await rowAppears('echo from the files');
    const listed = await fetch(`${url}/sessions/${session?.sessionId ?? ''}/tasks`, { headers });
    const { tasks } = (await listed.json()) as { tasks: { id: string }[] };
    const known = await ledger.sessions.listTasks(session?.sessionId ?? '');
    assert.deepEqual(
      tasks.map(({ id }) => id),
      known.map(({ id }) => id),
    );
    await ledger.close();
    await vscode.window.screenshot('server/2-tasks-of-programs');
  });

  it('offers URL, token and stop on click, and is gone after a stop', async () => {
    const { window } = vscode;
    const port = (await portShown()) ?? '';
    await window.click(window.statusBarItem(port), 'the status bar');
    const rows = await window.until('the menu', async () => {
      const shown = (await window.quickInput.rows()).join('\n');
      return shown.includes('Stop Server') && shown;
    });
    for (const label of ['Copy URL', 'Copy Token', 'Stop Server']) assert.ok(rows.includes(label), rows);
    await window.screenshot('server/3-menu');
    await window.quickInput.pick('Stop Server');
    await window.until('no port in the status bar', async () => (await portShown()) === undefined);
    await window.until('no discovery file', async () => (await endpoint()) === undefined);
  });
});
