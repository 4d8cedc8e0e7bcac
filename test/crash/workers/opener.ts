/** Opens folders, one after the other, as the command line and the server do. */
import { openSync } from 'node:fs';
import { Writable } from 'node:stream';
import { startServer } from '../../../src/api/server.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { createTerminal } from '../../../src/cli/terminal.ts';
import { nullLogger } from '../../../src/core/logger.ts';
import { userProfile } from '../../../src/host/userProfile.ts';
import { ReadOnlyGit } from '../../../src/workspace/git.ts';
import { hostOn } from '../support/hostOn.ts';
import { config, say } from './speak.ts';

export interface OpenerConfig {
  readonly roots: readonly string[];
  /** What the command line is asked to do in each; the root is added. */
  readonly commands: readonly (readonly string[])[];
  /** Whether each is served, too, until the parent says so. */
  readonly serves: boolean;
  /** Whether git is asked, too, what this program asks of it by itself. */
  readonly asksGit: boolean;
}

const { roots, commands, serves, asksGit } = config() as OpenerConfig;

async function main(): Promise<void> {
  for (const root of roots) {
    mark(root);
    for (const command of commands) await runQuietly([...command, '--root', root]);
    if (serves) await serve(root);
    if (asksGit) await askGit(root);
  }
  mark('end');
  say('done');
}

/** For whoever reads the trace. */
function mark(name: string): void {
  try {
    openSync(`/mark/${name}`, 'r');
  } catch {
    // It is never there.
  }
}

async function runQuietly(args: readonly string[]): Promise<void> {
  const sink = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createTerminal({ stdin: {}, stdout: sink(), stderr: sink(), env: process.env });
  say(`code ${await runProgram(args, terminal)} ${args[0]} ${args[1]}`);
}

async function askGit(root: string): Promise<void> {
  const git = new ReadOnlyGit(root);
  for (const words of [
    ['status', '--porcelain'],
    ['diff'],
    ['diff', '--cached'],
    ['log', '-p'],
    ['ls-files'],
  ])
    await git.run(...words).catch(() => undefined);
}

async function serve(root: string): Promise<void> {
  const host = await hostOn(root);
  try {
    const options = { port: 0, profile: userProfile(), logger: nullLogger };
    const server = await startServer(host, options);
    const asked = new Promise(resolve => process.stdin.once('data', resolve));
    say(`serving ${server.url} ${server.tokens.full}`);
    await asked;
    await server.close();
  } catch (error) {
    say(`refused ${String(error)}`);
  }
  await host.close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    say(`error ${String(error)}`);
    process.exit(1);
  },
);
