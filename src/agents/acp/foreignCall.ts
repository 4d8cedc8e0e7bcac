import type { TaskEvent } from '../../core/events.ts';
import type { Ids, TaskRun } from '../../core/ports.ts';
import { byteLength } from '../../core/text.ts';
import type { ProcessIdentity } from '../../core/toolCall.ts';
import type { Ruling } from '../permissions.ts';
import { recordableInput } from '../recordable.ts';
import type { ToolInput } from '../tools/tool.ts';

const MAX_INPUT_BYTES = 24 * 1024;

type EndStatus = Extract<TaskEvent, { type: 'toolCallEnded' }>['data']['status'];

export interface CallEnding {
  readonly error?: string;
  readonly duration?: number;
}

/** The records of one action that an agent carries out by itself. Each is written once, in their order. */
export class ForeignCall {
  readonly id: string;
  readonly #run: TaskRun;
  #requested: TaskEvent | undefined;
  #isEnded = false;

  constructor(run: TaskRun, ids: Ids, tool: string, input: ToolInput, stepId: string | null) {
    this.id = `call-${ids.hex(16)}`;
    this.#run = run;
    const data = { taskId: run.task.id, callId: this.id, stepId, tool, input: fitting(input) };
    this.#requested = { type: 'toolCallRequested', data };
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Puts what is wanted on record. */
  async announce(): Promise<void> {
    await this.#record();
  }

  async decided({ decision, isRecorded }: Ruling): Promise<void> {
    if (!isRecorded) await this.#record({ type: 'approvalDecided', data: { ...this.#ids, decision } });
  }

  async started(process: ProcessIdentity): Promise<void> {
    await this.#record({ type: 'processStarted', data: { ...this.#ids, process } });
  }

  async output(text: string): Promise<void> {
    if (text === '') return;
    await this.#record();
    await this.#run.output(this.id, text);
  }

  async ended(status: EndStatus, { error, duration }: CallEnding = {}): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const data = {
      ...this.#ids,
      status,
      duration: duration ?? null,
      ...(error === undefined ? {} : { error }),
    };
    await this.#record({ type: 'toolCallEnded', data });
  }

  get #ids(): { readonly taskId: string; readonly callId: string } {
    return { taskId: this.#run.task.id, callId: this.id };
  }

  async #record(...events: readonly TaskEvent[]): Promise<void> {
    const first = this.#requested === undefined ? [] : [this.#requested];
    this.#requested = undefined;
    if (first.length + events.length > 0) await this.#run.record(...first, ...events);
  }
}

/** Agents put whole files into their arguments. */
function fitting(input: ToolInput): ToolInput {
  const short = recordableInput(input);
  if (byteLength(JSON.stringify(short)) <= MAX_INPUT_BYTES) return short;
  const entries = Object.entries(short).filter(([, value]) => byteLength(JSON.stringify([value])) <= 4096);
  return Object.fromEntries(entries);
}
