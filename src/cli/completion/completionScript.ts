import type { Command } from 'commander';
import { bashScript } from './bashScript.ts';
import { completedCommands } from './completedCommands.ts';
import { fishScript } from './fishScript.ts';
import { zshScript } from './zshScript.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const MAKERS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** The script by which a shell completes the commands of a program. */
export function completionScript(shell: Shell, program: Command): string {
  return MAKERS[shell](completedCommands(program));
}
