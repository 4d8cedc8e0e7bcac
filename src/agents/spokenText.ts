import type { Ids, TaskRun } from '../core/ports.ts';
import { ControlStripper } from '../workspace/controlStripper.ts';

/** What an agent says while it works, on record as calls of `message`: shown as it comes, kept like any output. */
export class SpokenText {
  readonly #run: TaskRun;
  readonly #ids: Ids;
  readonly #stepId: () => string | null;
  #callId: string | undefined;
  #inert = new ControlStripper();

  constructor(run: TaskRun, ids: Ids, stepId: () => string | null) {
    this.#run = run;
    this.#ids = ids;
    this.#stepId = stepId;
  }

  /** Resolves when more may come. */
  async say(text: string): Promise<void> {
    if (text === '') return;
    if (this.#callId === undefined) {
      this.#callId = `call-${this.#ids.hex(16)}`;
      const data = {
        taskId: this.#run.task.id,
        callId: this.#callId,
        stepId: this.#stepId(),
        tool: 'message',
        input: {},
      };
      await this.#run.record({ type: 'toolCallRequested', data });
    }
    await this.#run.output(this.#callId, this.#inert.push(text));
  }

  /** What was said is complete, or (with an error) broke off. */
  async end(error?: string): Promise<void> {
    const callId = this.#callId;
    if (callId === undefined) return;
    this.#callId = undefined;
    this.#inert = new ControlStripper();
    const ending =
      error === undefined ? { status: 'completed' as const } : { status: 'failed' as const, error };
    const data = { taskId: this.#run.task.id, callId, duration: null, ...ending };
    await this.#run.record({ type: 'toolCallEnded', data });
  }
}
