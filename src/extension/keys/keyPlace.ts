import type { ModelSettings } from '../../agents/model/modelSettings.ts';
import { invalidInput } from '../../core/errors.ts';

const USUAL = { anthropic: 'https://api.anthropic.com', 'openai-compatible': undefined };

/** Where a key is used: a key is sent to the server that it was entered for and to no other. */
export interface KeyPlace {
  readonly provider: Exclude<ModelSettings['provider'], 'vscode'>;
  /** Such as `https://api.openai.com`. */
  readonly origin: string;
}

/** Where the key of these settings is used; `undefined` where there is none. */
export function keyPlaceOf({
  provider,
  baseUrl,
}: Pick<ModelSettings, 'provider' | 'baseUrl'>): KeyPlace | undefined {
  if (provider === 'vscode') return undefined;
  const url = baseUrl ?? USUAL[provider];
  return url !== undefined && URL.canParse(url) ? { provider, origin: new URL(url).origin } : undefined;
}

/** Rejects a server to which a key would travel unencrypted over a network. */
export function requireSafePlace({ origin }: KeyPlace): void {
  const { protocol, hostname } = new URL(origin);
  if (protocol === 'https:' || LOOPBACK.test(hostname)) return;
  throw invalidInput('baseUrl', `${origin} is not encrypted, so no key is kept for it. Use https.`);
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function isSamePlace(a: KeyPlace, b: KeyPlace): boolean {
  return a.provider === b.provider && a.origin === b.origin;
}

export function isKeyPlace(value: unknown): value is KeyPlace {
  return (
    typeof value === 'object' &&
    value !== null &&
    'provider' in value &&
    (value.provider === 'anthropic' || value.provider === 'openai-compatible') &&
    'origin' in value &&
    typeof value.origin === 'string' &&
    URL.canParse(value.origin)
  );
}
