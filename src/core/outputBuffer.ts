import type { Disposable } from './disposable.ts';
import type { BlobWriter } from './ports.ts';
import { byteLength, TextEnd } from './text.ts';
import { type OutputSummary, TAIL_BYTES } from './toolCall.ts';

/** Outputs up to this size live in the journal; larger ones in a blob, of which the journal holds the beginning. */
export const JOURNAL_BYTES = 16 * 1024;

/** One call's output on its way to the disk: the first 16 KiB for the journal, all of it for a blob when there is more. */
export class OutputBuffer implements Disposable {
  readonly #createBlob: () => BlobWriter;
  #blob: BlobWriter | undefined;
  /** All text so far, until a blob takes it over. */
  #held = '';
  #pending = '';
  readonly #tail = new TextEnd(TAIL_BYTES);
  /** Of what is held. */
  #bytes = 0;
  #ended = false;

  constructor(createBlob: () => BlobWriter) {
    this.#createBlob = createBlob;
  }

  /** Resolves when more may come. Rejects with a storage error; after `storage_full` an empty text tries again. */
  async push(text: string): Promise<void> {
    this.#tail.push(text);
    if (this.#blob !== undefined) return this.#blob.write(text);
    this.#held += text;
    this.#bytes += byteLength(text);
    if (this.#bytes <= JOURNAL_BYTES) {
      this.#pending += text;
      return;
    }
    this.#blob = this.#createBlob();
    const all = this.#held;
    this.#held = '';
    return this.#blob.write(all);
  }

  /** What the journal has not got yet; taken once. */
  takeJournalText(): string {
    const text = this.#pending;
    this.#pending = '';
    return text;
  }

  putBack(text: string): void {
    this.#pending = text + this.#pending;
  }

  async finish(): Promise<OutputSummary> {
    const blob = await this.#blob?.finish();
    this.#ended = true;
    const summary = { bytes: this.#blob?.bytes ?? this.#bytes, tail: this.#tail.text };
    return blob === undefined ? summary : { ...summary, blob };
  }

  dispose(): void {
    if (!this.#ended) this.#blob?.abandon();
  }
}
