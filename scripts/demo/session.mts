import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeFolder, temporaryFolder } from '../vscode/temporary.mts';
import { createDemoWorkspace } from './workspace.mts';

/** The tasks of the demo session, as a person types them. */
const tasks = [
  'Create a new React component called UserProfile',
  '$ npm test',
  'commit all changes with message "Add profile"',
];

/** Runs a whole session through the CLI at `cli`, in a new demo workspace that is removed afterwards. */
export async function runDemoSession(cli: string): Promise<void> {
  const folder = await temporaryFolder('coding-agent-demo');
  try {
    const workspace = await createDemoWorkspace(join(folder, 'profile-demo'));
    const user = join(folder, 'user');
    // Its own user folders: the trust that the demo gives to its workspace is not left in the real user's profile.
    const env = {
      ...process.env,
      XDG_CONFIG_HOME: join(user, 'config'),
      XDG_CACHE_HOME: join(user, 'cache'),
      XDG_DATA_HOME: join(user, 'data'),
      XDG_STATE_HOME: join(user, 'state'),
      XDG_RUNTIME_DIR: join(user, 'run'),
    };
    const agent = (...args: string[]) => {
      console.log(`\n> coding-agent ${args.map(quote).join(' ')}`);
      const { status, signal, error } = spawnSync(process.execPath, [cli, ...args], {
        cwd: workspace,
        env,
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      if (error !== undefined) throw error;
      if (status !== 0) throw new Error(`coding-agent ended with ${status ?? signal ?? 'nothing'}.`);
    };

    console.log(`Demo workspace: ${workspace}`);
    agent('trust');
    agent('sessions', 'create', '--title', 'Profile page');
    for (const task of tasks) agent('run', task);
    agent('sessions', 'list');
    agent('tasks', 'list');
    agent('stats');
    agent('sessions', 'end');

    console.log('\n> git log --oneline --stat -1');
    const git = await promisify(execFile)('git', ['log', '--oneline', '--stat', '-1'], { cwd: workspace });
    console.log(git.stdout);
    console.log('The demo session ran to its end. Its workspace is removed.');
  } finally {
    removeFolder(folder);
  }
}

function quote(arg: string): string {
  return /^[\w./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", String.raw`'\''`)}'`;
}
