import type { DamagedFile } from '../core/ports.ts';
import type { SessionMetadata } from '../core/session.ts';

/** A session as the index knows it, and the file and content that this was made from. */
export interface IndexedRow {
  readonly sessionId: string;
  readonly stamp: string;
  /** `undefined`: no record can be read. */
  readonly row: SessionMetadata | undefined;
  readonly deleted: boolean;
  readonly damaged: DamagedFile | undefined;
}
