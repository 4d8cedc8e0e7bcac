import type { Conversation } from './conversation.mts';

/** Where a peer works: a home of its own that is thrown away, and a project folder. */
export interface Place {
  readonly home: string;
  readonly project: string;
  /** The `node_modules` that the peers are installed in. */
  readonly modules: string;
}

/** A peer that has been started or loaded. */
export interface OpenPeer {
  /** Lists all sessions of the project, or as many as it can; resolves with how many. */
  list(): Promise<number>;
  /** The first page, where it has pages. */
  firstPage?(): Promise<number>;
  /** Makes a session ready to be shown or gone on with; resolves with how many items that gave. */
  resume?(sessionId: string): Promise<number>;
  close(): void;
}

/** How one peer is measured. */
export interface Driver {
  /** Writes a session in the peer's own format. */
  write(place: Place, conversation: Conversation): void;
  open(place: Place): Promise<OpenPeer>;
}
