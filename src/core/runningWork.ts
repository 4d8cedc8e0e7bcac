import { SessionError } from './errors.ts';
import type { SessionLedger } from './ports.ts';

/** The runs of this process: each is stopped by its caller, by anyone through the ledger, or with all of them. */
export class RunningWork {
  readonly #running = new Set<{
    readonly controller: AbortController;
    readonly finished: Promise<unknown>;
  }>();

  /** Does `work` for a task; its signal is aborted when `signal` is or when somebody asks on record to cancel the task. */
  async run<T>(
    ledger: SessionLedger,
    taskId: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const cancel = (): void => {
      controller.abort(new SessionError('cancelled', 'The task was cancelled.'));
    };
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted === true) cancel();
    const subscription = ledger.onDidAppend(() => {
      if (ledger.state.tasks.get(taskId)?.cancelRequested === true) cancel();
    });
    const finished = work(controller.signal);
    const entry = { controller, finished };
    this.#running.add(entry);
    try {
      return await finished;
    } finally {
      this.#running.delete(entry);
      subscription.dispose();
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Stops everything and resolves when all of it is recorded. Never rejects. */
  async close(): Promise<void> {
    const running = [...this.#running];
    for (const { controller } of running)
      controller.abort(new SessionError('disposed', 'The host was closed.'));
    await Promise.allSettled(running.map(run => run.finished));
  }
}
