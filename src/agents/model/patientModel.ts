import type { ModelMessage, ToolSet } from 'ai';
import type { Clock } from '../../core/ports.ts';
import type { ProviderModel } from './hostModel.ts';
import { failureOf, type ModelFailure } from './modelFailure.ts';
import { EndlessReply, type ModelReply, requestReply } from './modelReply.ts';
import type { SpokenText } from '../spokenText.ts';

const MAX_ATTEMPTS = 6;
/** A server that is not there seldom comes within seconds. */
const MAX_UNREACHABLE_ATTEMPTS = 3;
const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 60_000;

export interface PatientModelOptions {
  readonly model: ProviderModel;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly spoken: SpokenText;
}

export interface Question {
  readonly instructions: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: ToolSet;
  /** Milliseconds until the task's time is up. */
  readonly timeLeft: () => number;
}

/** A model that is asked again when the server is busy, fails, or breaks off: after a while, within the task's time. */
export class PatientModel {
  readonly #options: PatientModelOptions;

  constructor(options: PatientModelOptions) {
    this.#options = options;
  }

  /** The reply, or why there is none. Rejects only when what is said cannot be recorded. */
  async ask(question: Question): Promise<ModelReply | ModelFailure> {
    const { spoken, signal } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#askOnce(question);
      if (!('isPassing' in answer)) {
        await spoken.end();
        return answer;
      }
      await spoken.end('The reply broke off.');
      const attempts = answer.code === 'model_unreachable' ? MAX_UNREACHABLE_ATTEMPTS : MAX_ATTEMPTS;
      if (!answer.isPassing || signal.aborted) return answer;
      if (attempt >= attempts)
        return { ...answer, message: `${answer.message} It was asked ${String(attempt)} times.` };
      const wait = answer.waitMs ?? Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
      if (wait > question.timeLeft()) {
        const message = `${answer.message} It asks to wait ${seconds(wait)}, longer than the task's time lasts.`;
        return { ...answer, message, isPassing: false };
      }
      await spoken.say(`[${answer.message} Asking again in ${seconds(wait)}.]\n`);
      await this.#pause(wait);
    }
  }

  async #askOnce(question: Question): Promise<ModelReply | ModelFailure> {
    const { model, clock, signal, spoken } = this.#options;
    const unrecorded: unknown[] = [];
    try {
      return await requestReply({
        ...{ ...question, timeLeft: question.timeLeft(), model, clock, signal },
        onText: text =>
          spoken.say(text).catch((error: unknown) => {
            unrecorded.push(error);
            throw error;
          }),
      });
    } catch (error) {
      // What cannot be recorded is no failure of the model.
      if (unrecorded.length > 0) throw unrecorded[0];
      if (!(error instanceof EndlessReply)) return failureOf(error, clock.now());
      const message =
        'The model went on and on without an end and was stopped. Choose another model or a smaller task.';
      return { code: 'reply_too_long', message, isPassing: false };
    }
  }

  #pause(ms: number): Promise<void> {
    const { clock, signal } = this.#options;
    return new Promise(resolve => {
      const timer = clock.setTimeout(done, ms);
      function done(): void {
        timer.dispose();
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }
}

function seconds(ms: number): string {
  return `${String(Math.ceil(ms / 1000))} s`;
}
