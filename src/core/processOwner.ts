import type { ProcessIdentity } from './toolCall.ts';

/** Who runs or waits for a task, told apart from every other process that ever was. */
export interface ProcessOwner extends ProcessIdentity {
  /** Host name; with `boot` and `pidNamespace` it decides whether a pid can be judged from here. */
  readonly host: string;
  /** Boot id of the host; `null` where it has none. */
  readonly boot: string | null;
  /** Inode of the pid namespace; `null` where there is none. */
  readonly pidNamespace: string | null;
  /** Random, new for every process; also the `writer` of its records. */
  readonly nonce: string;
}
