import { createInterface } from 'node:readline/promises';

export interface PromptOptions {
  /** Ends the question; it resolves with `undefined` then. */
  readonly signal: AbortSignal;
  /** Ctrl-C at the question. */
  readonly onInterrupt: () => void;
}

/**
 * Asks on the terminal, on standard error so that standard output stays what programs read. Resolves with the line typed, or with
 * `undefined` when there is no answer.
 */
export async function prompt(
  question: string,
  { signal, onInterrupt }: PromptOptions,
): Promise<string | undefined> {
  if (signal.aborted) return undefined;
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: true,
    historySize: 0,
  });
  const closed = new Promise<undefined>(resolve => {
    lines.once('close', () => {
      resolve(undefined);
    });
  });
  lines.on('SIGINT', onInterrupt);
  try {
    const answer = await Promise.race([lines.question(question, { signal }), closed]);
    if (answer === undefined) process.stderr.write('\n');
    return answer;
  } catch {
    process.stderr.write('\n');
    return undefined;
  } finally {
    lines.close();
  }
}
