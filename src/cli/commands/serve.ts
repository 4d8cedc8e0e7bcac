import type { Command } from 'commander';
import { invalidInput } from '../../core/errors.ts';
import { inertLine } from '../../core/inertText.ts';
import { MemoryCurrentSession } from '../../host/memoryCurrentSession.ts';
import { readUserConfig } from '../../host/userConfig.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import type { CliContext } from '../context.ts';

/** How long a task of the server waits for an answer by API before it is denied. */
const APPROVAL_TIMEOUT_MS = 10 * 60 * 1000;

export function registerServe(program: Command, act: Act): void {
  const serve = program
    .command('serve')
    .summary('serve the sessions over HTTP, until Ctrl-C')
    .description(
      'Serves the sessions of the root over HTTP, to programs on this machine, until Ctrl-C. Each request needs the token that ' +
        '`coding-agent token` prints; it is new at every start. GET /docs describes the API.\n\n' +
        'A program with the token runs tasks with your rights: an explicit instruction that it sends is its own permission inside ' +
        'the working directory, as if you had typed it. Running tasks are recorded as interrupted when the server ends.',
    )
    .option('--port <n>', 'where to listen; 0: any free port', '3000')
    .option(
      '--host <address>',
      'on which address of this machine; others than loopback are not encrypted',
      '127.0.0.1',
    )
    .option('--no-auth', 'ask for no token, on loopback only; nothing can be approved without one')
    .action(act(runServer));
  examples(
    serve,
    ['serve', 'Serve this folder:'],
    ['serve --port 0 --json', 'On any free port; a program reads where:'],
    ['serve --no-auth', 'For trying it out with curl:'],
  );
}

async function runServer({ context, options }: CommandInput): Promise<CommandResult> {
  const port = parsePort(options.text('port') ?? '');
  const { startServer } = await import('../../api/server.ts');
  const host = await openHost(context);
  const auth = options.flag('auth');
  const { profile, logger, terminal, signal, global } = context;
  const server = await startServer(host, { port, host: options.text('host'), auth, profile, logger });
  const { url, endpointFile } = server;
  const document = { url, root: host.root, pid: process.pid, auth, tokenFile: endpointFile };
  const text =
    `Serving ${inertLine(host.root)} at ${url}\n` +
    (auth ? '' : 'No token is needed to look and to run tasks: any program on this machine can.\n') +
    `The token is in ${inertLine(endpointFile)}: coding-agent token prints it.\nCtrl-C ends the server.\n`;
  terminal.write(global.json === undefined ? text : `${JSON.stringify(document)}\n`);

  if (!signal.aborted)
    await new Promise(resolve => {
      signal.addEventListener('abort', resolve);
    });
  // Together, so that whoever waits for a task still hears that it was interrupted.
  await Promise.all([server.close(), host.close()]);
  return { document: undefined };
}

async function openHost(context: CliContext): ReturnType<CliContext['host']> {
  const { agent: configuredAgent } = await readUserConfig(context.profile);
  // Whoever is asked is asked now: nobody is there when a request comes.
  await context.requireTrust();
  context.followsTask();
  return context.host({
    configuredAgent,
    current: new MemoryCurrentSession(),
    approvals: { canAsk: () => true, timeoutMs: APPROVAL_TIMEOUT_MS },
  });
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw invalidInput('port', `A port is a number from 0 to 65535, not ${JSON.stringify(text)}.`);
}
