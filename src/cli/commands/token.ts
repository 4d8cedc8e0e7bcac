import { type Command, Option } from 'commander';
import { inertLine } from '../../core/inertText.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import { exitCode } from '../exitCode.ts';

export function registerToken(program: Command, act: Act): void {
  const token = program
    .command('token')
    .summary('print the token of the running server')
    .description(
      'Prints the token of the server that runs for the root, alone on one line; exit code 1 when none runs. The token is new at ' +
        'every start of the server. Whoever has it acts with your rights: pass it on in a header, not on a command line.',
    )
    .addOption(
      new Option('--scope <scope>', 'read: look; run: also run tasks; full: also answer what tasks ask')
        .choices(['read', 'run', 'full'])
        .default('full'),
    )
    .action(act(printToken));
  examples(token, ['token', 'Print the token:'], ['token --scope read', 'One that can only look:']);
}

async function printToken({ context, options }: CommandInput): Promise<CommandResult> {
  const root = await context.root();
  // Loaded here: what checks the files of servers is of no use to other commands.
  const { findEndpoints } = await import('../../host/findEndpoints.ts');
  const endpoints = await findEndpoints({ profile: context.profile });
  const endpoint = endpoints.find(found => found.root === root);
  if (endpoint === undefined) {
    const message = `No server runs for ${inertLine(root)}. Start one: coding-agent serve, or Start Server in VS Code.\n`;
    context.terminal.writeError(message);
    return { document: { token: null, root }, exitCode: exitCode.failed };
  }
  const scope = options.text('scope');
  const token = endpoint.tokens[scope === 'read' || scope === 'run' ? scope : 'full'];
  return { document: { token, url: endpoint.url, root }, text: () => `${token}\n` };
}
