import { type ModelMessage, streamText, type ToolSet } from 'ai';
import type { Clock } from '../../core/ports.ts';
import type { ReplyUsage } from './budget.ts';
import type { ProviderModel } from './hostModel.ts';
import { MAX_REPLY_TOKENS } from './modelSettings.ts';

/** No model is silent for longer, local ones that are being loaded included. In milliseconds. */
const MAX_SILENCE_MS = 300_000;
/** More than any reply within the limit of tokens: the server ignores the limit. */
const MAX_REPLY_CHARACTERS = MAX_REPLY_TOKENS * 32;

export interface ReplyCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  /** What is wrong with the call, for the model. */
  readonly problem: string | undefined;
}

/** One whole reply of a model. */
export interface ModelReply {
  readonly text: string;
  readonly calls: readonly ReplyCall[];
  /** `cut`: it reached the limit of its length. `filtered`: the provider held it back. */
  readonly end: 'done' | 'cut' | 'filtered';
  readonly usage: ReplyUsage;
  /** What the provider wants to see again. */
  readonly messages: readonly ModelMessage[];
}

/** The reply broke off, or made no sense. */
class BrokenReply extends Error {
  override readonly name = 'BrokenReply';
}

/** The reply went on without end. */
export class EndlessReply extends Error {
  override readonly name = 'EndlessReply';
}

export interface ReplyRequest {
  readonly model: ProviderModel;
  readonly instructions: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: ToolSet;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds until the task's time is up. */
  readonly timeLeft: number;
  /** Text as it comes. Awaited: a slow reader slows the model down. */
  readonly onText: (text: string) => Promise<void>;
}

/** Asks once. Rejects with whatever went wrong; then the parts that came are worth nothing. */
export async function requestReply(request: ReplyRequest): Promise<ModelReply> {
  const watch = new SilenceWatch(request);
  try {
    return await readReply(request, watch);
  } catch (error) {
    throw watch.timeout ?? error;
  } finally {
    watch.end();
  }
}

async function readReply(request: ReplyRequest, watch: SilenceWatch): Promise<ModelReply> {
  const { model, instructions, messages, tools, onText } = request;
  const result = streamText({
    ...{ model, instructions, messages: [...messages], tools, abortSignal: watch.signal },
    ...{ maxRetries: 0, streamRetries: 0, maxOutputTokens: MAX_REPLY_TOKENS, onError: () => undefined },
  });
  const calls: ReplyCall[] = [];
  let text = '';
  let characters = 0;
  let reason: string | undefined;
  let usage: ReplyUsage = { inputTokens: undefined, outputTokens: undefined, cost: undefined };
  for await (const part of result.stream) {
    watch.touch();
    switch (part.type) {
      case 'text-delta':
        text += part.text;
        characters += part.text.length;
        await onText(part.text);
        break;
      case 'reasoning-delta':
        characters += part.text.length;
        break;
      case 'tool-input-delta':
        characters += part.delta.length;
        break;
      case 'tool-call':
        calls.push({ id: part.toolCallId, name: part.toolName, input: part.input, problem: problemOf(part) });
        break;
      case 'finish-step':
        reason = part.finishReason;
        usage = {
          ...{ inputTokens: part.usage.inputTokens, outputTokens: part.usage.outputTokens },
          cost: numberOf(part.usage.raw?.['cost']),
        };
        break;
      case 'error':
        throw part.error;
      case 'abort':
        throw new BrokenReply('The request was stopped.');
      default:
        break;
    }
    if (characters > MAX_REPLY_CHARACTERS) throw new EndlessReply('The reply goes on without end.');
  }
  const isWhole =
    reason === 'stop' || reason === 'tool-calls' || reason === 'length' || reason === 'content-filter';
  if (!isWhole) throw new BrokenReply('The reply broke off before its end.');
  if (text === '' && calls.length === 0 && reason === 'stop') throw new BrokenReply('The reply was empty.');
  const end = reason === 'length' ? 'cut' : reason === 'content-filter' ? 'filtered' : 'done';
  const { response } = await result.finalStep;
  // An invalid call makes the SDK add an answer to it: answers are ours.
  return {
    text,
    calls,
    end,
    usage,
    messages: response.messages.filter(message => message.role === 'assistant'),
  };
}

function problemOf(call: {
  readonly invalid?: boolean | undefined;
  readonly error?: unknown;
}): string | undefined {
  if (call.invalid !== true) return undefined;
  return call.error instanceof Error ? call.error.message : 'The call was not understood.';
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Stops a request when the task is cancelled, its time is up, or the model has been silent for too long. */
class SilenceWatch {
  readonly #controller = new AbortController();
  readonly #request: ReplyRequest;
  readonly #cancel = (): void => {
    this.#controller.abort();
  };
  readonly #deadline: { dispose(): void } | undefined;
  #timer: { dispose(): void } | undefined;
  #touched = 0;
  timeout: BrokenReply | undefined;

  constructor(request: ReplyRequest) {
    this.#request = request;
    const { signal, clock, timeLeft } = request;
    signal.addEventListener('abort', this.#cancel);
    if (signal.aborted) this.#cancel();
    if (Number.isFinite(timeLeft))
      this.#deadline = clock.setTimeout(() => this.#stop('The time is up.'), timeLeft);
    this.touch();
    this.#wait(MAX_SILENCE_MS);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  touch(): void {
    this.#touched = this.#request.clock.monotonic();
  }

  end(): void {
    this.#timer?.dispose();
    this.#deadline?.dispose();
    this.#request.signal.removeEventListener('abort', this.#cancel);
    this.#controller.abort();
  }

  /** One timer for many parts: it looks when it fires how long the silence has been. */
  #wait(ms: number): void {
    this.#timer = this.#request.clock.setTimeout(() => {
      const silence = this.#request.clock.monotonic() - this.#touched;
      if (silence < MAX_SILENCE_MS) this.#wait(MAX_SILENCE_MS - silence);
      else this.#stop('The model was silent for too long.');
    }, ms);
  }

  #stop(why: string): void {
    this.timeout = new BrokenReply(why);
    this.#controller.abort();
  }
}
