import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Authenticator, Scope } from './auth.ts';
import { ApiError } from './errors.ts';

export interface GateOptions {
  /** The names and addresses under which the server may be spoken to, without port. */
  readonly names: readonly string[];
  readonly port: number;
  readonly authenticator: Authenticator;
}

const NO_SCOPES: readonly Scope[] = [];

/** Looks at the head of every request before anything of its body is read or any route is looked up. */
export class Gate {
  readonly #hosts: ReadonlySet<string>;
  readonly #authenticator: Authenticator;

  constructor({ names, port, authenticator }: GateOptions) {
    const hosts = names.map(name => (isIPv6(name) ? `[${name}]` : name));
    const withPort = hosts.map(host => `${host}:${String(port)}`);
    this.#hosts = new Set(port === 80 ? [...withPort, ...hosts] : withPort);
    this.#authenticator = authenticator;
  }

  /** What the request may do. Throws an `ApiError` when it may not come in at all. */
  admit(request: IncomingMessage): readonly Scope[] {
    const target = request.url ?? '';
    if (!/^\/[\x21-\x7e]*$/.test(target) || target.includes('\\'))
      throw new ApiError('invalid_input', 'The request target is not a path.');
    const host = this.#requireHost(request);
    this.#refuseForeign(request, host);
    if (target === '/health' || target.startsWith('/health?')) return NO_SCOPES;
    const authorization = only(request, 'authorization');
    const scopes = authorization === null ? undefined : this.#authenticator.scopesOf(authorization);
    if (scopes !== undefined) return scopes;
    throw new ApiError(
      'unauthorized',
      'Send the token of this server as "Authorization: Bearer TOKEN". `coding-agent token` prints it.',
      { headers: { 'WWW-Authenticate': 'Bearer' } },
    );
  }

  /** Exactly one Host, exactly one of ours: a name that somebody else's DNS points here is not (DNS rebinding). */
  #requireHost(request: IncomingMessage): string {
    const host = only(request, 'host');
    if (typeof host === 'string' && this.#hosts.has(host)) return host;
    throw new ApiError('host_refused', 'This server is not known under that name.');
  }

  /** A page may speak to the server only when the server sent it. */
  #refuseForeign(request: IncomingMessage, host: string): void {
    const origin = only(request, 'origin');
    const site = only(request, 'sec-fetch-site');
    const ownOrigin = origin === undefined || origin === `http://${host}`;
    const ownSite = site === undefined || site === 'same-origin' || site === 'none';
    if (ownOrigin && ownSite) return;
    throw new ApiError('origin_refused', 'Pages of other origins may not use this server.');
  }
}

/** A header's one value; `undefined` without, `null` when it comes more than once. */
function only(request: IncomingMessage, name: string): string | undefined | null {
  const values = request.headersDistinct[name];
  if (values === undefined) return undefined;
  return values.length === 1 ? (values[0] ?? '') : null;
}
