import type { ModelSettings } from './modelSettings.ts';

/** A service on the network that answers for a key. */
export interface HostedProvider {
  readonly title: string;
  /** The variable that holds its key by custom. */
  readonly variable: string;
  readonly settings: Pick<ModelSettings, 'provider' | 'baseUrl'>;
}

export const hostedProviders: readonly HostedProvider[] = [
  { title: 'Anthropic', variable: 'ANTHROPIC_API_KEY', settings: { provider: 'anthropic' } },
  {
    ...{ title: 'OpenAI', variable: 'OPENAI_API_KEY' },
    settings: { provider: 'openai-compatible', baseUrl: 'https://api.openai.com/v1' },
  },
  {
    ...{ title: 'OpenRouter', variable: 'OPENROUTER_API_KEY' },
    settings: { provider: 'openai-compatible', baseUrl: 'https://openrouter.ai/api/v1' },
  },
];
