import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { HostModel, ProviderModel } from './hostModel.ts';
import type { ModelSettings } from './modelSettings.ts';

const ANTHROPIC_URL = 'https://api.anthropic.com/v1';

/** A key never follows a redirection to another place. */
const fetchHere: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'error' });

/** The model that the settings name. Makes no request. Nothing is taken from the environment here. */
export async function openModel(
  settings: ModelSettings,
  key: string | undefined,
  hostModel: HostModel | undefined,
): Promise<ProviderModel> {
  // The SDK's advice for programmers is for no person who runs a task.
  globalThis.AI_SDK_LOG_WARNINGS ??= false;
  const { provider, model = '', baseUrl } = settings;
  switch (provider) {
    case 'vscode':
      if (hostModel === undefined) throw new Error("VS Code's models can be used in VS Code only.");
      return hostModel.open(settings.model);
    case 'anthropic':
      return createAnthropic({
        baseURL: baseUrl ?? ANTHROPIC_URL,
        apiKey: key ?? '',
        fetch: fetchHere,
      }).languageModel(model);
    case 'openai-compatible': {
      const options = { name: 'server', baseURL: baseUrl ?? '', includeUsage: true, fetch: fetchHere };
      return createOpenAICompatible(key === undefined ? options : { ...options, apiKey: key }).languageModel(
        model,
      );
    }
  }
}
