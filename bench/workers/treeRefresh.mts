/**
 * In a process of its own: what redrawing the sessions tree after one event costs, with `many` and with `few` sessions in
 * the folder, in milliseconds of processor time: the frame that is waited for does not count. `vscode` is a stand-in.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FolderChange } from '../../src/extension/folders/workspaceFolders.ts';
import type { SessionTree } from '../../src/extension/sessionTree/sessionTree.ts';
import type { TreeNode } from '../../src/extension/sessionTree/treeNode.ts';
import { nullLogger } from '../../src/core/logger.ts';
import { openHost, profileIn } from '../../test/support/openHost.ts';
import { interleaveFinely } from '../rounds.mts';

const [many = '', few = '', rounds = ''] = process.argv.slice(2);
const standIn = pathToFileURL(join(import.meta.dirname, '..', 'vscodeStandIn.mts')).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});
const { FolderSessions } = await import('../../src/extension/folders/folderSessions.ts');
const { SessionTree: Tree } = await import('../../src/extension/sessionTree/sessionTree.ts');

const EXPANDED = 2;

interface Shown {
  /** Renames the live session, and redraws what the tree says is to be redrawn. */
  refresh(): Promise<number>;
  close(): Promise<void>;
}

async function draw(tree: SessionTree, node?: TreeNode): Promise<void> {
  for (const child of await tree.getChildren(node))
    if (Number(tree.getTreeItem(child).collapsibleState) === EXPANDED) await draw(tree, child);
}

async function show(root: string): Promise<Shown> {
  const folder = new FolderSessions({
    folder: { uri: pathToFileURL(root) as never, name: 'folder', index: 0 },
    logger: nullLogger,
    openHost: () => openHost(root, profileIn(join(root, 'cache'))),
  });
  const tree = new Tree({
    all: [folder],
    onDidChange: (listener: (change: FolderChange) => void) =>
      folder.onDidChange(change => listener({ folder, change })),
    onDidChangeList: (listener: (changed: typeof folder) => void) =>
      folder.onDidChangeList(() => listener(folder)),
  });
  const sessions = await folder.sessions();
  const { sessionId } = await sessions.createSession({ title: 'Live' });
  await folder.reload();
  await draw(tree);
  let turn = 0;
  return {
    async refresh() {
      const redraw = new Promise<TreeNode | undefined>(resolve => {
        const listening = tree.onDidChangeTreeData(node => {
          listening.dispose();
          resolve(node);
        });
      });
      const before = process.cpuUsage();
      await sessions.updateSession(sessionId, { title: `Name ${turn++}` });
      const node = await redraw;
      if (node === undefined) throw new Error('The whole tree was redrawn.');
      tree.getTreeItem(node);
      await draw(tree, node);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    },
    async close() {
      tree.dispose();
      await folder.close();
    },
  };
}

const shown = { many: await show(many), few: await show(few) };
const measured = await interleaveFinely(Number(rounds), 20, {
  many: () => shown.many.refresh(),
  few: () => shown.few.refresh(),
});
await shown.many.close();
await shown.few.close();
console.log(JSON.stringify(measured));
process.exit();
