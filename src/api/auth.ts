import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** `read`: look. `run`: change sessions and run tasks. `approve`: answer what a task asks. */
export type Scope = 'read' | 'run' | 'approve';

/** The tokens of one server, by what they are good for. Each has 256 random bits and is new at every start. */
export interface Tokens {
  readonly read: string;
  readonly run: string;
  readonly full: string;
}

export type TokenName = keyof Tokens;

const SCOPES: Readonly<Record<TokenName, readonly Scope[]>> = {
  read: ['read'],
  run: ['read', 'run'],
  full: ['read', 'run', 'approve'],
};
const TOKEN_NAMES = ['read', 'run', 'full'] as const;

export function createTokens(): Tokens {
  const token = (): string => randomBytes(32).toString('base64url');
  return { read: token(), run: token(), full: token() };
}

/** Decides what a request may do. */
export class Authenticator {
  readonly #digests: readonly (readonly [Buffer, readonly Scope[]])[];
  readonly #without: readonly Scope[] | undefined;

  /** `without`: what a request without a token may do; `undefined`: nothing. */
  constructor(tokens: Tokens, without: readonly Scope[] | undefined) {
    this.#digests = TOKEN_NAMES.map(name => [digestOf(tokens[name]), SCOPES[name]]);
    this.#without = without;
  }

  /** The scopes of a request with this `Authorization` header; `undefined` when it has no business here. */
  scopesOf(authorization: string | undefined): readonly Scope[] | undefined {
    const given = /^Bearer +([A-Za-z0-9_-]{43})$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) return this.#without;
    // Every comparison is made, and each takes the same time whatever was given.
    const digest = digestOf(given);
    const found = this.#digests.filter(([known]) => timingSafeEqual(known, digest));
    return found[0]?.[1] ?? this.#without;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
