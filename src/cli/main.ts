import * as module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { inertText } from '../core/inertText.ts';
import { userProfile } from '../host/userProfile.ts';
import { exitCode } from './exitCode.ts';
import { createTerminal } from './terminal.ts';

const OLDEST_NODE = 22;

async function main(): Promise<void> {
  const { stdin, stdout, stderr, env, argv, versions } = process;
  if (Number.parseInt(versions.node, 10) < OLDEST_NODE) {
    stderr.write(
      `coding-agent: Node.js ${String(OLDEST_NODE)} or later is needed; this is ${versions.node}. Nothing was done.\n`,
    );
    process.exitCode = 2;
    return;
  }
  enableCompileCache();
  const terminal = createTerminal({ stdin, stdout, stderr, env });
  const { runProgram } = await import('./program.ts');
  const code = await runProgram(argv.slice(2), terminal);
  const failure = await terminal.flush();
  if (failure !== undefined)
    stderr.write(
      `coding-agent: Not all of the output could be written: ${failure.message}. What was done is kept.\n`,
    );
  process.exitCode = failure === undefined || code !== exitCode.done ? code : exitCode.storage;
}

/**
 * Starts faster the second time. Kept in the user's own cache folder: in the shared one for temporary files another user could
 * leave compiled code for us. Where it cannot be kept (read-only home) nothing is lost.
 */
function enableCompileCache(): void {
  try {
    const { env, platform } = process;
    module.enableCompileCache(join(userProfile({ env, platform, home: homedir() }).cache, 'compiled'));
  } catch {
    // The program runs all the same.
  }
}

/** A mistake of ours ends the program with a sentence, not with a stack. */
function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `coding-agent: Something went wrong that should not: ${inertText(message)}. Please report it.\n`,
  );
  process.exit(1);
}

process.on('uncaughtException', fail);
main().catch(fail);
