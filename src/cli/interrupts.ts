import type { Disposable } from '../core/disposable.ts';
import { exitCode } from './exitCode.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The first Ctrl-C (or another wish that the program ends) aborts `signal`, and whoever runs a task cancels it; the second one
 * leaves at once: everything acknowledged is on the disk, and the next program that opens the session closes the task.
 */
export class Interrupts implements Disposable {
  readonly #controller = new AbortController();

  constructor() {
    for (const name of SIGNALS) process.on(name, this.interrupt);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly interrupt = (): void => {
    if (this.signal.aborted) process.exit(exitCode.cancelled);
    this.#controller.abort();
  };

  dispose(): void {
    for (const name of SIGNALS) process.off(name, this.interrupt);
  }
}
