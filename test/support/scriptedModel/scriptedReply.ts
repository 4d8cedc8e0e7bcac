/** One call of a tool as a scripted model makes it. */
export interface ScriptedToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Made up when not given. */
  readonly id?: string;
}

export interface ScriptedUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What a scripted model answers to one request. */
export type ScriptedReply =
  | {
      readonly kind: 'say';
      readonly text?: string;
      /** More than one: parallel calls. */
      readonly toolCalls?: readonly ScriptedToolCall[];
      readonly usage?: ScriptedUsage;
      /** Characters a chunk; 12 when not given. */
      readonly chunkSize?: number;
      /** Milliseconds between chunks; 0 when not given. */
      readonly pauseMs?: number;
      /** Raw text instead of the arguments of the calls, such as cut JSON. */
      readonly rawArguments?: string;
      /** Ends as if the answer was cut off by the limit of its length. */
      readonly isCut?: boolean;
    }
  /** An HTTP error before anything is streamed. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Streams the beginning of `text` and breaks the connection. */
  | { readonly kind: 'drop'; readonly text: string }
  /** Streams these bytes in place of events. */
  | { readonly kind: 'garbage'; readonly bytes: string }
  /** Streams text until the client goes away. */
  | { readonly kind: 'endless'; readonly text: string }
  /** Accepts the request and never answers. */
  | { readonly kind: 'hang' };

/** OpenAI's chat completions and responses, Anthropic's messages, Gemini's generateContent. */
export type Protocol = 'openai' | 'responses' | 'anthropic' | 'gemini';

/** A request, as far as scripts and tests look at it. */
export interface ScriptedRequest {
  /** From 0, over all requests of the server. */
  readonly index: number;
  readonly protocol: Protocol;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly model: string;
  readonly stream: boolean;
  /** Names of the tools on offer. */
  readonly tools: readonly string[];
  /** The whole body. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Everything in the conversation that is text, results of tools included, joined by line ends. */
  readonly text: string;
  /** Results of tools in the conversation so far, oldest first. */
  readonly toolResults: readonly string[];
}

/** Replies in their order, the last one again and again, or whatever a function says. */
export type Script = readonly ScriptedReply[] | ((request: ScriptedRequest) => ScriptedReply);

export function say(text: string): ScriptedReply {
  return { kind: 'say', text };
}

export function callTools(...toolCalls: readonly ScriptedToolCall[]): ScriptedReply {
  return { kind: 'say', toolCalls };
}

export function callTool(name: string, input: Readonly<Record<string, unknown>>): ScriptedReply {
  return callTools({ name, input });
}
