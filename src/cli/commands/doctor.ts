import type { Command } from 'commander';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import { doctorText } from '../doctorText.ts';
import { exitCode } from '../exitCode.ts';

export function registerDoctor(program: Command, act: Act): void {
  const doctor = program
    .command('doctor')
    .summary('check every file of the sessions, and repair what is damaged')
    .description(
      'Checks sums, numbers, snapshots, the index, outputs, locks, checkpoints and what else lies in .coding-agent, and says how much disk they use. It ' +
        'exits with 4 when something is damaged. Nothing is ever moved or deleted, and without an option nothing is written.',
    )
    .option('--repair', 'rewrite what is damaged; each original is kept beside as NAME.damaged-N')
    .option(
      '--take-over',
      'take locks and unfinished tasks from processes on other machines or in other containers, which cannot be judged from here',
    )
    .action(act(checkSessions));
  examples(
    doctor,
    ['doctor', 'Look:'],
    ['doctor --repair', 'Repair:'],
    ['doctor --take-over', 'Go on where a container that is gone held the lock:'],
    ['doctor --json | jq .findings', 'For a program:'],
  );
}

async function checkSessions({ context, options }: CommandInput): Promise<CommandResult> {
  const host = await context.host();
  const repair = options.flag('repair');
  const report = await host.doctor({ repair, takeOver: options.flag('takeOver') }, context.signal);
  return {
    document: report,
    text: () => doctorText(context.terminal, report),
    exitCode: report.severity === 'damage' ? exitCode.storage : exitCode.done,
  };
}
