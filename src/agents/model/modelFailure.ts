import { APICallError } from 'ai';
import { messageOf } from '../../core/errors.ts';
import { firstBytes } from '../../core/text.ts';

/** Why a request to a model came to nothing. */
export interface ModelFailure {
  /** Stable; the task's `errorCode`. */
  readonly code:
    | 'model_auth'
    | 'model_not_found'
    | 'model_refused'
    | 'model_busy'
    | 'model_unreachable'
    | 'model_failed'
    | 'context_full'
    | 'reply_broken'
    | 'reply_too_long';
  /** What happened, in a sentence; what to do. */
  readonly message: string;
  /** Whether asking again may help. */
  readonly isPassing: boolean;
  /** How long the server asks to wait, in milliseconds. */
  readonly waitMs?: number;
}

const CONTEXT_FULL = /context|too long|too many tokens|maximum.{0,20}tokens|prompt is too/i;
const UNREACHABLE = /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|Cannot connect/i;

/** What an error of the SDK, of the network or of the editor means. */
export function failureOf(error: unknown, now: Date): ModelFailure {
  if (APICallError.isInstance(error) && error.statusCode !== undefined && error.statusCode >= 400) {
    return statusFailure(error.statusCode, error, now);
  }
  const text = fullText(error);
  if (UNREACHABLE.test(text)) {
    const message = `The model server cannot be reached (${brief(text)}). Start it, or correct "model.baseUrl".`;
    return { code: 'model_unreachable', message, isPassing: true };
  }
  // The editor says by `code` what a person must settle: consent, a quota, a model that is gone.
  const code = codeOf(error);
  if (code === 'NoPermissions' || code === 'NotFound' || code === 'Blocked') {
    const advice = EDITOR_ADVICE[code];
    return {
      code: code === 'NotFound' ? 'model_not_found' : 'model_refused',
      message: `${advice} (${brief(text)})`,
      isPassing: false,
    };
  }
  return {
    code: 'reply_broken',
    message: `The model's reply broke off or was not understood (${brief(text)}).`,
    isPassing: true,
  };
}

const EDITOR_ADVICE = {
  NoPermissions:
    'VS Code was not allowed to use its models for this extension: allow it when asked, or in "Manage Language Model Access".',
  NotFound: 'VS Code has no such model any more: choose another with Select Agent.',
  Blocked:
    'VS Code refuses requests to this model at the moment, often because a quota is used up: wait, or choose another model.',
};

function statusFailure(status: number, error: APICallError, now: Date): ModelFailure {
  const said = brief(`${error.message} ${error.responseBody ?? ''}`);
  const wait = waitOf(error.responseHeaders ?? {}, now);
  const waitMs = wait === undefined ? {} : { waitMs: wait };
  if (status === 401 || status === 403) {
    const message = `The model server refused the key (${String(status)}: ${said}). Check the key that "model.apiKeyEnv" names, or set it anew.`;
    return { code: 'model_auth', message, isPassing: false };
  }
  if (status === 404) {
    const message = `The model server does not know this model or address (404: ${said}). Check "model.model" and "model.baseUrl".`;
    return { code: 'model_not_found', message, isPassing: false };
  }
  if ((status === 400 || status === 413 || status === 422) && CONTEXT_FULL.test(said)) {
    return {
      code: 'context_full',
      message: `The conversation is too long for the model (${said}).`,
      isPassing: false,
    };
  }
  if (status === 429 || status === 408 || status === 409 || status === 529 || status >= 500) {
    const code = status === 429 || status === 529 ? 'model_busy' : 'model_failed';
    return {
      code,
      message: `The model server answered ${String(status)} (${said}).`,
      isPassing: true,
      ...waitMs,
    };
  }
  const message = `The model server refused the request (${String(status)}: ${said}). Check the settings of the model.`;
  return { code: 'model_refused', message, isPassing: false };
}

/** `Retry-After` in seconds or as a date, or the same in milliseconds. */
function waitOf(headers: Readonly<Record<string, string>>, now: Date): number | undefined {
  const ms = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (ms >= 0) return ms;
  const after = headers['retry-after'];
  if (after === undefined) return undefined;
  const seconds = Number(after);
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

function fullText(error: unknown): string {
  const texts: string[] = [];
  for (let part = error, depth = 0; part !== undefined && part !== null && depth < 5; depth++) {
    texts.push(codeOf(part) ?? '', messageOf(part));
    part = part instanceof Error ? part.cause : undefined;
  }
  return texts.filter(text => text !== '').join(': ');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function brief(text: string): string {
  return firstBytes(text.replace(/\s+/g, ' ').trim(), 300);
}
