import type { ModelSettings } from './modelSettings.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type StoredKey = ((settings: ModelSettings) => Promise<string | undefined>) | undefined;

/** The key: of the variable that the settings name, else the one that the host keeps, else the provider's usual variable. */
export async function keyOf(
  settings: ModelSettings,
  environment: Environment,
  storedKey: StoredKey,
): Promise<string | undefined> {
  if (settings.provider === 'vscode') return undefined;
  if (settings.apiKeyEnv !== undefined) return nonEmpty(environment[settings.apiKeyEnv]);
  const stored = nonEmpty(await storedKey?.(settings));
  if (stored !== undefined) return stored;
  return settings.provider === 'anthropic' ? nonEmpty(environment['ANTHROPIC_API_KEY']) : undefined;
}

/** Why the model cannot be used, and what to do; `undefined` when nothing is missing. */
export function settingsProblem(
  settings: ModelSettings | undefined,
  environment: Environment,
  mayHaveStoredKey: boolean,
  hasHostModel: boolean,
): string | undefined {
  if (settings === undefined) return 'No model is configured: set "model" in the settings.';
  const { provider, apiKeyEnv } = settings;
  if (provider === 'vscode') {
    return hasHostModel
      ? undefined
      : "VS Code's models can be used in VS Code only: choose another provider here.";
  }
  if (settings.model === undefined) return 'The settings name a provider and no model: set "model.model".';
  if (provider === 'openai-compatible' && settings.baseUrl === undefined) {
    return 'The settings name no server: set "model.baseUrl", such as http://127.0.0.1:11434/v1 for Ollama.';
  }
  if (apiKeyEnv !== undefined && nonEmpty(environment[apiKeyEnv]) === undefined) {
    return `The key is missing: the environment variable ${apiKeyEnv} that "model.apiKeyEnv" names is not set.`;
  }
  const hasKey =
    apiKeyEnv !== undefined || mayHaveStoredKey || nonEmpty(environment['ANTHROPIC_API_KEY']) !== undefined;
  if (provider === 'anthropic' && !hasKey) {
    return 'The key is missing: run "Set API Key" in VS Code, or set the environment variable ANTHROPIC_API_KEY or another that "model.apiKeyEnv" names.';
  }
  return undefined;
}

function nonEmpty(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}
