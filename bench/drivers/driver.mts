import type { Conversation } from './conversation.mts';

/** Where a peer works: a home of its own that is thrown away, and a project folder. */
export interface Place {
  readonly home: string;
  readonly project: string;
  /** The `node_modules` that the peer is installed in. */
  readonly modules: string;
}

/** A peer that has been started or loaded. */
export interface OpenPeer {
  /** Lists all sessions of the project, or as many as it can; resolves with how many. */
  list(): Promise<number>;
  /** The newest 50, where it has pages. */
  firstPage?(): Promise<number>;
  /** Makes a session ready to be shown or gone on with; resolves with how many items that gave. */
  resume?(sessionId: string): Promise<number>;
  /** It works in a process of its own, that listens there if it is a server of HTTP. */
  readonly isServer?: true;
  readonly url?: string;
  close(): void | Promise<void>;
}

/** How one peer is measured. */
export interface Driver {
  /** Makes what the peer makes when it is first started, where that is needed before sessions are written. */
  readonly prepare?: (place: Place) => Promise<void>;
  /** Writes sessions in the peer's own format, each of which is to be listed. */
  writeAll(place: Place, conversations: Iterable<Conversation>): void;
  open(place: Place): Promise<OpenPeer>;
}
