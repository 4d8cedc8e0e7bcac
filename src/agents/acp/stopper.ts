import { RequestError } from '@agentclientprotocol/sdk';
import { type Disposable, DisposableList, toDisposable } from '../../core/disposable.ts';
import { isSessionError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import { AcpFailure, requestFailure } from './acpFailure.ts';

/** How long after its pipe a process ends. */
const EXIT_MS = 5000;

/** Ends waiting for an agent: when it died, broke the rules, was cancelled, or is silent for too long. */
export class Stopper implements Disposable {
  readonly #clock: Clock;
  readonly #name: string;
  readonly #stopped: Promise<never>;
  readonly #timers = new DisposableList();
  #reject: (error: Error) => void = () => undefined;
  #lastSign = 0;
  #busy = 0;

  constructor(clock: Clock, name: string) {
    this.#clock = clock;
    this.#name = name;
    this.#stopped = new Promise<never>((_resolve, reject) => {
      this.#reject = reject;
    });
    this.#stopped.catch(() => undefined);
    this.alive();
  }

  /** The first reason counts. */
  stop(error: Error): void {
    this.#reject(error);
  }

  stopAfter(ms: number, error: Error): void {
    this.#timers.add(this.#clock.setTimeout(() => this.stop(error), ms));
  }

  /** The agent gave a sign of life. */
  alive(): void {
    this.#lastSign = this.#clock.monotonic();
  }

  /** Until it is disposed the agent waits for us. */
  busy(): Disposable {
    this.#busy++;
    return toDisposable(() => {
      this.#busy--;
      this.alive();
    });
  }

  /** The answer, within this time. */
  async within<T>(request: Promise<T>, ms: number, doing: string): Promise<T> {
    const late = new AcpFailure(
      'agent_silent',
      `${this.#name} did not ${doing} within ${String(ms / 1000)} s.`,
    );
    let timer: Disposable | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = this.#clock.setTimeout(() => {
        reject(late);
      }, ms);
    });
    try {
      return await Promise.race([request, timeout, this.#stopped]);
    } catch (error) {
      throw await this.#causeOf(error, doing);
    } finally {
      timer?.dispose();
    }
  }

  /** The answer, as long as there are signs of life. */
  async whileAlive<T>(request: Promise<T>, maxSilenceMs: number): Promise<T> {
    const silent = new AcpFailure(
      'agent_silent',
      `${this.#name} neither said nor did anything for ${String(Math.round(maxSilenceMs / 60_000))} minutes.`,
    );
    const watch = (ms: number): void => {
      this.#timers.add(
        this.#clock.setTimeout(() => {
          const silence = this.#busy > 0 ? 0 : this.#clock.monotonic() - this.#lastSign;
          if (silence >= maxSilenceMs) this.stop(silent);
          else watch(maxSilenceMs - silence);
        }, ms),
      );
    };
    watch(maxSilenceMs);
    try {
      return await Promise.race([request, this.#stopped]);
    } catch (error) {
      throw await this.#causeOf(error, 'carry the task out');
    }
  }

  /** When the pipe broke, why it broke tells more. */
  async #causeOf(error: unknown, doing: string): Promise<Error> {
    if (isSessionError(error) || error instanceof AcpFailure) return error;
    let timer: Disposable | undefined;
    const soon = new Promise<undefined>(resolve => {
      timer = this.#clock.setTimeout(() => {
        resolve(undefined);
      }, EXIT_MS);
    });
    const isAnswer = error instanceof RequestError;
    const why = isAnswer
      ? undefined
      : await Promise.race([soon, this.#stopped.catch((reason: unknown) => reason)]);
    timer?.dispose();
    return why instanceof Error ? why : requestFailure(error, this.#name, doing);
  }

  dispose(): void {
    this.#timers.dispose();
  }
}
