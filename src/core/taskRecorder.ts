import type { Disposable } from './disposable.ts';
import { isSessionError, SessionError } from './errors.ts';
import type { TaskEvent } from './events.ts';
import { OutputBuffer } from './outputBuffer.ts';
import type { BlobWriter, Clock, SessionLedger } from './ports.ts';
import { type RedactedStream, type Redactor, redactValue } from './redactor.ts';
import { TextStream } from './textStream.ts';

type OutputAppended = Extract<TaskEvent, { type: 'outputAppended' }>;

const FLUSH_MS = 50;
const RETRY_MS = 1000;

export interface TaskRecorderOptions {
  readonly ledger: SessionLedger;
  readonly taskId: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly createBlob: () => BlobWriter;
  /** Hides secrets in all that is written and shown. */
  readonly redactor?: Redactor | undefined;
  /** Live text, before the journal has it. */
  readonly onOutput: (callId: string, text: string) => void;
  /** The disk is full (`error`), or has space again (`null`). */
  readonly onPause: (error: SessionError | null) => void;
}

/**
 * Writes what one run does, under its run right. Text is coalesced and goes out with the next record or after 50 ms. While the
 * disk is full nothing is acknowledged: the run waits until there is space or it is cancelled.
 */
export class TaskRecorder implements Disposable {
  readonly #options: TaskRecorderOptions;
  readonly #outputs = new Map<string, OutputBuffer>();
  readonly #redacted = new Map<string, RedactedStream>();
  readonly #streams = new Map<string, TextStream>();
  #timer: Disposable | undefined;

  constructor(options: TaskRecorderOptions) {
    this.#options = options;
  }

  async record(...events: readonly TaskEvent[]): Promise<void> {
    await Promise.all([...this.#streams.values()].map(stream => stream.flush()));
    const finished = await Promise.all(events.map(event => this.#withOutput(this.#redact(event))));
    await this.#commit([...this.#drain(), ...finished]);
  }

  output(callId: string, text: string): Promise<void> {
    let stream = this.#streams.get(callId);
    if (stream === undefined) {
      const redacted = this.#redactedOf(callId);
      stream = new TextStream(this.#options.clock, all => this.#pass(callId, redacted?.push(all) ?? all));
      this.#streams.set(callId, stream);
    }
    return stream.push(text);
  }

  async #pass(callId: string, text: string): Promise<void> {
    if (text === '') return;
    this.#options.onOutput(callId, text);
    this.#timer ??= this.#options.clock.setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, FLUSH_MS);
    const buffer = this.#bufferOf(callId);
    let rest = text;
    await this.#untilSpace(() => {
      const now = rest;
      rest = '';
      return buffer.push(now);
    });
  }

  dispose(): void {
    this.#timer?.dispose();
    for (const stream of this.#streams.values()) stream.dispose();
    for (const output of this.#outputs.values()) output.dispose();
  }

  /** A failed flush loses nothing: the next record carries the text again, or fails in sight. */
  #flush(): void {
    const drained = this.#drain();
    if (drained.length === 0) return;
    this.#commit(drained).catch(() => {
      for (const { data } of drained) this.#outputs.get(data.callId)?.putBack(data.text);
    });
  }

  #redact(event: TaskEvent): TaskEvent {
    const { redactor } = this.#options;
    return redactor === undefined ? event : redactValue(event, redactor);
  }

  #redactedOf(callId: string): RedactedStream | undefined {
    const { redactor } = this.#options;
    const stream = this.#redacted.get(callId) ?? redactor?.stream();
    if (stream !== undefined) this.#redacted.set(callId, stream);
    return stream;
  }

  #bufferOf(callId: string): OutputBuffer {
    const known = this.#outputs.get(callId);
    if (known !== undefined) return known;
    const buffer = new OutputBuffer(this.#options.createBlob);
    this.#outputs.set(callId, buffer);
    return buffer;
  }

  #drain(): OutputAppended[] {
    const { taskId } = this.#options;
    return [...this.#outputs].flatMap(([callId, output]) => {
      const text = output.takeJournalText();
      return text === '' ? [] : [{ type: 'outputAppended' as const, data: { taskId, callId, text } }];
    });
  }

  /** A call's end says where its output is. */
  async #withOutput(event: TaskEvent): Promise<TaskEvent> {
    if (event.type !== 'toolCallEnded') return event;
    this.#streams.get(event.data.callId)?.dispose();
    this.#streams.delete(event.data.callId);
    await this.#pass(event.data.callId, this.#redacted.get(event.data.callId)?.end() ?? '');
    const buffer = this.#outputs.get(event.data.callId);
    if (buffer === undefined) return event;
    return { ...event, data: { ...event.data, output: await this.#untilSpace(() => buffer.finish()) } };
  }

  async #commit(events: readonly TaskEvent[]): Promise<void> {
    const { ledger, epoch, taskId } = this.#options;
    await this.#untilSpace(() =>
      ledger.commit(
        state => {
          this.#requireRunRight(state.live.find(live => live.taskId === taskId)?.epoch);
          return events;
        },
        { epoch },
      ),
    );
  }

  /** While the disk is full, tries again every second, until the task is stopped. */
  async #untilSpace<T>(attempt: () => Promise<T>): Promise<T> {
    const { signal, onPause } = this.#options;
    for (let paused = false; ; paused = true) {
      try {
        const result = await attempt();
        if (paused) onPause(null);
        return result;
      } catch (error) {
        if (!isSessionError(error) || error.code !== 'storage_full' || signal.aborted) throw error;
        onPause(error);
        await this.#delay();
      }
    }
  }

  #requireRunRight(epoch: number | null | undefined): void {
    if (epoch === this.#options.epoch) return;
    throw new SessionError(
      'conflict',
      'Another process closed this task. What was recorded until then is kept.',
    );
  }

  #delay(): Promise<void> {
    const { clock, signal } = this.#options;
    return new Promise(resolve => {
      const timer = clock.setTimeout(done, RETRY_MS);
      function done(): void {
        timer.dispose();
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
    });
  }
}
