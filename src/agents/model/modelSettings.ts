/** Who answers requests to a model. */
export type ModelProvider = 'vscode' | 'openai-compatible' | 'anthropic';

/** How far one task may go. Each limit that is not given does not hold. */
export interface ModelLimits {
  /** Replies of the model. */
  readonly steps?: number | undefined;
  /** Tokens read and written together. */
  readonly tokens?: number | undefined;
  /** US dollars; holds where the price is known. */
  readonly cost?: number | undefined;
  readonly minutes?: number | undefined;
}

/** US dollars for a million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
}

/** What the user's profile says about the model; never anything from a workspace. */
export interface ModelSettings {
  readonly provider: ModelProvider;
  readonly model?: string | undefined;
  readonly baseUrl?: string | undefined;
  /** The environment variable that holds the key. */
  readonly apiKeyEnv?: string | undefined;
  readonly limits?: ModelLimits | undefined;
  readonly price?: ModelPrice | undefined;
  /** How many tokens the model can take in at once; 128,000 when not given. */
  readonly contextTokens?: number | undefined;
}

export const DEFAULT_LIMITS: ModelLimits = { steps: 100, minutes: 60 };
export const DEFAULT_CONTEXT_TOKENS = 128_000;
/** The longest single reply, in tokens. */
export const MAX_REPLY_TOKENS = 16_384;
