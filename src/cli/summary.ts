import type { Command } from 'commander';

/** What a command does, on a line: its summary, or the first sentence of its description. */
export function summaryOf(command: Command): string {
  const text = command.summary() || command.description();
  return (text.split(/[.:](?:\s|$)/, 1)[0] ?? '').trim();
}
