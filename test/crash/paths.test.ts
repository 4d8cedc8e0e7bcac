import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionManager } from '../../src/core/sessionManager.ts';
import { hostOn } from './support/hostOn.ts';
import { removeFolder, temporaryFolder } from './support/onDisk.ts';
import { Tally } from './support/tally.ts';

const NAMES = [
  'plain',
  'with space',
  'ünïcödé-\u{1f600}',
  'quote\'"$(x)`;',
  'new\nline',
  '-dash',
  '%2e%2e',
  'x'.repeat(200),
];

async function make(sessions: SessionManager): Promise<string> {
  const { sessionId } = await sessions.createSession({ title: 'here' });
  await sessions.executeTask({ sessionId, task: 'create file made.txt with content: text' });
  return sessionId;
}

/** What a list and the session itself say at a place. */
async function look(root: string): Promise<unknown> {
  const host = await hostOn(root);
  const { sessions, damaged } = await host.sessions.listPage({});
  const tasks = await Promise.all(sessions.map(({ sessionId }) => host.sessions.listTasks(sessionId)));
  const seen = sessions.map(({ sessionId, projectPath, workingDirectory }) => [
    ...[sessionId, projectPath === host.root, workingDirectory === host.root],
  ]);
  await host.close();
  return [seen, damaged, tasks.flat().map(({ id, status }) => [id, status])];
}

describe('paths: the same folder by other names', () => {
  for (const name of NAMES) {
    it(`${JSON.stringify(name).slice(0, 30)}: made, linked to, moved, and as a worktree`, async () => {
      const tally = new Tally('paths');
      const folder = temporaryFolder('paths');
      const root = join(folder, 'a', name);
      mkdirSync(root, { recursive: true });
      execFileSync('git', ['init', '-q', root]);
      const host = await hostOn(root);
      const sessionId = await make(host.sessions);
      await host.close();
      const expected = JSON.stringify([[[sessionId, true, true]], [], ((await look(root)) as unknown[])[2]]);
      const same = async (what: string, path: string): Promise<void> => {
        tally.expect(JSON.stringify(await look(path)) === expected, `${what}: another list`);
        tally.fire(what);
      };
      await same('the folder itself', root);
      symlinkSync(root, join(folder, 'a', 'link'));
      await same('through a link', join(folder, 'a', 'link'));
      await same('with dots', `${root}/../${name}/.`);
      const moved = join(folder, 'a', `moved ${name}`.slice(0, 200));
      renameSync(root, moved);
      await same('moved', moved);
      const git = ['-C', moved, '-c', 'user.name=t', '-c', 'user.email=t@localhost'];
      execFileSync('git', [...git, 'commit', '-q', '--allow-empty', '-m', 'x']);
      const tree = join(folder, 'a', 'worktree');
      execFileSync('git', [...git, 'worktree', 'add', '-q', tree], { stdio: 'ignore' });
      const other = (await look(tree)) as unknown[];
      tally.expect(JSON.stringify(other[0]) === '[]', 'a worktree has the sessions of another');
      tally.fire('worktree');
      await same('the first one beside a worktree', moved);
      tally.count('folders');
      removeFolder(folder);
      tally.finish();
    });
  }
});
