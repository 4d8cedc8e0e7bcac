import type { Disposable } from './disposable.ts';
import type { SessionError } from './errors.ts';
import type { SessionRecord } from './events.ts';
import type { SessionLedger } from './ports.ts';
import type { SessionState } from './state.ts';

/** A session that is kept open, and so tells of its changes. */
export interface FollowedSession extends Pick<SessionLedger, 'allToolCalls'> {
  readonly state: SessionState;
  readonly hold: Disposable;
}

/** What listeners are told. Events tell, they never drive. */
export type SessionChange =
  /** Durable records of an open session, own and foreign, and the state that has them. */
  | {
      readonly kind: 'records';
      readonly sessionId: string;
      readonly records: readonly SessionRecord[];
      readonly state: SessionState;
    }
  /** Text that a call of a task in this process printed, before the journal has it. */
  | {
      readonly kind: 'output';
      readonly sessionId: string;
      readonly taskId: string;
      readonly callId: string;
      readonly text: string;
    }
  /** A task waits for space on the disk (`error`), or goes on (`null`). */
  | {
      readonly kind: 'paused';
      readonly sessionId: string;
      readonly taskId: string;
      readonly error: SessionError | null;
    }
  /** Sessions came, went or changed, by anyone: lists are to be read again. */
  | { readonly kind: 'list' }
  | { readonly kind: 'current'; readonly sessionId: string | undefined };
