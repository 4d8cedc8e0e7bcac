import type { Command } from 'commander';
import { inertLine } from '../../core/inertText.ts';
import { revokeApprovals } from '../../host/profileApprovals.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import { existingFolder } from '../context.ts';

export function registerTrust(program: Command, act: Act): void {
  const trust = program
    .command('trust')
    .summary('trust a folder, or take the trust back')
    .description(
      'Trusts the folder, once: tasks may then run in it, and sessions may be written to it. The trust is kept in your profile and bound to ' +
        'the real path and to the folder itself: another folder in its place is not trusted. It does not extend to VS Code, which asks on its own.',
    )
    .argument('[folder]', 'the folder; the root when not given')
    .option('--revoke', 'take the trust back, and all that was allowed always there')
    .action(act(changeTrust));
  examples(
    trust,
    ['trust', 'Trust this folder:'],
    ['trust ../shared', 'Trust a folder outside, so that sessions may work in it:'],
    ['trust --revoke', 'Take it back:'],
  );
}

async function changeTrust({ context, args, options }: CommandInput): Promise<CommandResult> {
  const { trustFile } = context;
  const folder = args[0] === undefined ? await context.root() : await existingFolder('folder', args[0]);
  const shown = inertLine(folder);
  if (options.flag('revoke')) {
    const had = await trustFile.revoke(folder);
    await revokeApprovals(context.profile, folder);
    const text = had
      ? `${shown} is not trusted any more.\n`
      : `${shown} was not trusted. Nothing was changed.\n`;
    return { document: { root: folder, trusted: false }, text: () => text };
  }
  // The command is the person's own word: nothing is asked, here or in a script.
  await trustFile.grant(folder);
  return { document: { root: folder, trusted: true }, text: () => `${shown} is trusted.\n` };
}
