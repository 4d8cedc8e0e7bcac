import { type Command, Argument } from 'commander';
import { type Act, examples } from '../command.ts';
import { completionScript, SHELLS } from '../completion/completionScript.ts';

export function registerCompletion(program: Command, act: Act): void {
  const completion = program
    .command('completion')
    .summary('print a script that completes commands in a shell')
    .description(
      'Prints a script by which a shell completes commands, options and their values on Tab. It is made from the commands that ' +
        'this version has: print it again after an update, or have the shell do so at each start.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action(
      act(({ args }) => {
        const shell = SHELLS.find(name => name === args[0]) ?? 'bash';
        const script = completionScript(shell, program);
        return Promise.resolve({ document: { shell, script }, text: () => script });
      }),
    );
  examples(
    completion,
    ['completion bash > ~/.local/share/bash-completion/completions/coding-agent', 'For bash:'],
    ['completion zsh > ~/.zfunc/_coding-agent', 'For zsh, in a folder of its fpath:'],
    ['completion fish > ~/.config/fish/completions/coding-agent.fish', 'For fish:'],
  );
}
