import type { Command } from 'commander';
import { invalidInput } from '../../core/errors.ts';
import { inertLine } from '../../core/inertText.ts';
import type { KeptApproval } from '../../host/keptApproval.ts';
import { listApprovals, revokeApproval, revokeApprovals } from '../../host/profileApprovals.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import type { Terminal } from '../terminal.ts';

const SHOWN_ID = 8;

export function registerApprovals(program: Command, act: Act): void {
  const approvals = program
    .command('approvals')
    .summary('what you allowed always in this folder, and take it back')
    .description(
      'What you allowed when a task asked: always in a session, or always for exactly this. It is kept in your profile, for this folder.',
    );
  examples(approvals, ['approvals list', 'What is allowed here without asking:']);
  const list = approvals
    .command('list')
    .summary('what is allowed here without asking')
    .description('Lists what you allowed for longer than once in this folder, newest first.')
    .action(act(showApprovals));
  examples(list, ['approvals list', 'What is allowed here without asking:']);
  const revoke = approvals
    .command('revoke')
    .summary('ask again from now on')
    .description('Takes back what you allowed: a task that wants it asks again.')
    .argument('[id]', 'the beginning of an id in the list')
    .option('--all', 'everything that was allowed in this folder')
    .action(act(revokeSome));
  examples(
    revoke,
    ['approvals revoke 3f2a9c01', 'Take one back:'],
    ['approvals revoke --all', 'Take all of them back:'],
  );
}

async function showApprovals({ context }: CommandInput): Promise<CommandResult> {
  const root = await context.root();
  const approvals = await listApprovals(context.profile, root);
  return { document: { root, approvals }, text: () => approvalsText(context.terminal, approvals) };
}

async function revokeSome({ context, args, options }: CommandInput): Promise<CommandResult> {
  const root = await context.root();
  const [prefix] = args;
  if (options.flag('all') === (prefix !== undefined)) {
    throw invalidInput('id', 'Name one approval of "coding-agent approvals list", or give --all.');
  }
  const revoked =
    prefix === undefined
      ? await revokeApprovals(context.profile, root)
      : Number(await revokeApproval(context.profile, root, await idOf(context.profile, root, prefix)));
  return { document: { root, revoked }, text: () => `${String(revoked)} taken back: it is asked again.\n` };
}

async function idOf(profile: { readonly config: string }, root: string, prefix: string): Promise<string> {
  const found = (await listApprovals(profile, root)).filter(({ id }) => id.startsWith(prefix));
  const [one, ...others] = found;
  if (one !== undefined && others.length === 0) return one.id;
  throw invalidInput(
    'id',
    one === undefined
      ? `Nothing with the id ${JSON.stringify(prefix)} is allowed always here.`
      : `${JSON.stringify(prefix)} is the beginning of several ids. Give more of it.`,
  );
}

function approvalsText({ style }: Terminal, approvals: readonly KeptApproval[]): string {
  if (approvals.length === 0) return 'Nothing is allowed here without asking.\n';
  const lines = approvals.map(({ id, scope, tool, subject, sessionId }) => {
    const what =
      scope === 'session' ? `all of ${tool} in session ${sessionId.slice(0, 8)}` : `${tool}: ${subject}`;
    return `${style.dim(id.slice(0, SHOWN_ID))}  ${inertLine(what).slice(0, 200)}`;
  });
  return `${lines.join('\n')}\n`;
}
