import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { prepareServer } from '../../scripts/vscode/prepare.mts';
import { releases } from '../../scripts/vscode/releases.mts';
import { removeFolder, temporaryFolder } from '../../scripts/vscode/temporary.mts';
import { ID, KINDS, lay } from '../crash/support/hostileFolders.ts';
import { Random } from '../crash/support/random.ts';
import { canTrace, type Deed, deedsOfFamily, TRACE_FAMILY, tracer } from '../crash/support/systemCalls.ts';
import { treeOf } from '../crash/support/treeOf.ts';
import { skip } from '../support/skip.ts';
import { openVSCode, type VSCode } from './support/openVSCode.ts';

const SEED = 20_260_101;
/** Of the many processes of VS Code, the one that extensions run in. */
const EXTENSION_HOST = '--type=extensionHost';

describe('hostile folders in an editor that does not trust them', () => {
  let base: string;
  let vscode: VSCode;
  let deeds: readonly Deed[] = [];
  let installation = '';
  const folders = KINDS.map((kind, number) => ({ kind, name: `lure-${number}` }));
  const rootOf = (name: string): string => join(base, name, name);
  const outside = (name: string): string => join(base, name, 'out');
  const canary = (name: string): string => join(base, name, 'canary');
  const trees = (): readonly string[] => folders.map(({ name }) => treeOf(join(base, name)));
  let before_: readonly string[];

  before(async function () {
    if (process.platform !== 'linux') skip(this, 'it traces the calls of the system');
    if (!canTrace()) skip(this, 'strace is not here, or may not trace');
    base = await temporaryFolder('hostile-editor');
    folders.forEach(({ kind, name }, number) => {
      mkdirSync(join(base, name));
      const random = new Random(SEED + number);
      lay(kind, { root: rootOf(name), out: outside(name), canary: canary(name), id: ID, random });
    });
    before_ = trees();
    const workspace = join(base, 'all.code-workspace');
    writeFileSync(
      workspace,
      JSON.stringify({ folders: folders.map(({ name }) => ({ path: rootOf(name) })) }),
    );
    const log = join(base, 'strace.log');
    vscode = await openVSCode(this, {
      ...{ workspace, trusted: false },
      through: tracer(log, TRACE_FAMILY),
    });
    const server = await prepareServer(releases.current);
    assert.ok('serverMain' in server);
    installation = dirname(dirname(server.serverMain));
    try {
      await look();
      deeds = deedsOfFamily(log, EXTENSION_HOST);
    } finally {
      await vscode.close();
    }
  });
  after(() => {
    removeFolder(base);
  });

  /** Looks at all that is there to see, and tries what may only be refused. */
  async function look(): Promise<void> {
    const { window } = vscode;
    await window.openViewContainer('Coding Agent');
    const seen = new Set<string>();
    await window.until('the first folder', async () => (await window.rows('Sessions')).length > 0);
    // By the wheel: a list takes the focus once more a little after a key has moved it, also from a palette.
    await window.pane('Sessions').locator('.monaco-list').hover();
    await window.until('every folder with what is in it', async () => {
      for (const { label } of await window.rows('Sessions')) seen.add(label.trim());
      await window.page.mouse.wheel(0, 100);
      return folders.every(({ name }) => seen.has(name));
    });
    await window.runCommand('Coding Agent: Search Sessions');
    await window.quickInput.untilOpen();
    await window.quickInput.fill('touch');
    // One that cannot be used does not hide the others.
    await window.until('what the others have', async () =>
      (await window.quickInput.rows()).some(row => row.includes('touch')),
    );
    await window.screenshot('hostile/search');
    await window.quickInput.cancel();
    await window.runCommand('Coding Agent: Run Task');
    await window.screenshot('hostile/refused');
  }

  /** What extensions of VS Code itself start, and how it looks for open ports: the same without our extension. */
  function isVSCodes({ kind, what, args = '' }: Deed): boolean {
    const scans =
      /"\/bin\/sh", "-c", "(ls -l \/proc\/\[0-9\]\*\/fd\/\[0-9\]\* \| grep socket:|ps -F -A -l \| grep root)"\]/;
    const isScan = scans.test(args) || /^\/(usr\/)?bin\/(ls|ps|grep)$/.test(what);
    return kind === 'program' && (args.includes(installation) || isScan);
  }

  it('our extension starts no program, sends nothing and signals nobody', () => {
    // What we write in our log shows that it is us who are watched.
    assert.ok(
      deeds.some(({ kind, what }) => kind === 'write' && what.includes('coding-agent.coding-agent-sessions')),
    );
    assert.deepEqual(
      deeds.filter(deed => deed.kind !== 'write' && !isVSCodes(deed)),
      [],
    );
  });

  it('nothing is written in them, or beside them', () => {
    assert.deepEqual(
      deeds.filter(({ kind, what }) => kind === 'write' && what.startsWith(base)),
      [],
    );
    for (const { kind, name } of folders) assert.ok(!existsSync(canary(name)), kind);
    assert.deepEqual(trees(), before_);
  });
});
