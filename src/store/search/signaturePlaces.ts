import type { SignatureBlock } from './signatureBlock.ts';

/** Where a signature is. */
export interface SignaturePlace {
  readonly block: SignatureBlock;
  readonly column: number;
}

/** Of each session the block that has the newest that is known of it, and where. Knows how much of a block that still is. */
export class SignaturePlaces {
  readonly #places = new Map<string, SignaturePlace>();
  readonly #live = new Map<SignatureBlock, number>();

  get(sessionId: string): SignaturePlace | undefined {
    return this.#places.get(sessionId);
  }

  sessionIds(): IterableIterator<string> {
    return this.#places.keys();
  }

  set(sessionId: string, place: SignaturePlace): void {
    this.delete(sessionId);
    this.#places.set(sessionId, place);
    this.#live.set(place.block, this.live(place.block) + 1);
  }

  delete(sessionId: string): void {
    const block = this.#places.get(sessionId)?.block;
    if (block === undefined) return;
    this.#places.delete(sessionId);
    this.#live.set(block, this.live(block) - 1);
  }

  /** Takes a block out, with all that is known from it. */
  forget(block: SignatureBlock): void {
    for (const { sessionId } of block.sessions)
      if (this.#places.get(sessionId)?.block === block) this.#places.delete(sessionId);
    this.#live.delete(block);
  }

  /** How many sessions have their newest in a block. */
  live(block: SignatureBlock): number {
    return this.#live.get(block) ?? 0;
  }

  /** Which they are. */
  liveColumns(block: SignatureBlock): number[] {
    return [...block.sessions.keys()].filter(column => {
      const { sessionId } = block.sessions[column] ?? {};
      const place = sessionId === undefined ? undefined : this.#places.get(sessionId);
      return place?.block === block && place.column === column;
    });
  }
}
