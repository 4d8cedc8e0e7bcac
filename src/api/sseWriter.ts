import type { ServerResponse } from 'node:http';
import { COMMON_HEADERS } from './answer.ts';

/** A client that takes nothing for so long is cut off: it can resume where it was. */
const STALL_MS = 60_000;

/** A response of server-sent events. Never throws: writing to a client that has gone does nothing. */
export class SseWriter {
  readonly #response: ServerResponse;
  readonly #closed: Promise<void>;
  #stalledSince: number | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.#closed = new Promise(resolve => {
      response.once('close', resolve);
    });
    response.on('error', () => undefined);
    response.writeHead(200, {
      ...COMMON_HEADERS,
      'Content-Type': 'text/event-stream',
      'X-Accel-Buffering': 'no',
    });
    response.write('retry: 1000\n\n');
  }

  get isClosed(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  /** Whether the client is slower than what is sent. */
  get isCongested(): boolean {
    return this.#response.writableNeedDrain;
  }

  /** Resolves when the client has gone or all was sent. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Resolves when more may be written. */
  async write(text: string): Promise<void> {
    if (this.isClosed || this.#response.write(text)) return;
    this.#stalledSince = performance.now();
    await new Promise<void>(resolve => {
      const proceed = (): void => {
        this.#response.off('drain', proceed);
        this.#response.off('close', proceed);
        resolve();
      };
      this.#response.on('drain', proceed);
      this.#response.on('close', proceed);
    });
    this.#stalledSince = undefined;
  }

  /** Sends what was written now; Node would collect it until the end of this turn of the event loop. */
  flush(): void {
    this.#response.socket?.uncork();
  }

  /** Shows that the connection lives, and ends it when the client takes nothing. */
  beat(): void {
    if (this.isClosed) return;
    if (this.#stalledSince !== undefined && performance.now() - this.#stalledSince > STALL_MS)
      this.#response.destroy();
    else if (!this.isCongested) this.#response.write(': heartbeat\n\n');
  }

  end(): void {
    if (!this.isClosed) this.#response.end();
  }
}
