import { CHUNK } from '../core/recordMap.ts';
import type { SessionState } from '../core/state.ts';
import type { JournalPosition } from './journalPosition.ts';
import { count, integer, tuple } from './shape.ts';

/** Where a record starts: segment, byte offset, number. */
export type Place = readonly [segment: number, offset: number, seq: number];
const placeShape = tuple(integer, count, count);

const LENGTH = 3;

/** Of the first record. */
const START: Place = [1, 0, 1];

/**
 * From where on the journal has what tasks did, for 32 of them at a time: a hint, which spares reading what is before. It
 * may be too early or plainly wrong; then the journal is read from its beginning.
 */
export class TaskPlaces {
  /** One place after the other. */
  readonly #places: unknown[];

  /** Of what was read from a file, each is checked when it is used. An earlier layout has a list of each. */
  constructor(places: readonly unknown[] = []) {
    this.#places = places.flat();
  }

  /** How many there are. */
  get #known(): number {
    return Math.floor(this.#places.length / LENGTH);
  }

  /** From where to read for the first, the second, ... 32 tasks. */
  at(index: number): Place {
    const place = this.#places.slice(index * LENGTH, (index + 1) * LENGTH);
    return placeShape.accepts(place) ? place : START;
  }

  /** Whether the state has no task of which this does not know. */
  cover({ tasks }: Pick<SessionState, 'tasks'>): boolean {
    return this.#known * CHUNK >= tasks.size;
  }

  /** Takes note of the state after the record at `place`. */
  note({ tasks }: Pick<SessionState, 'tasks'>, place: Place): void {
    while (this.#known * CHUNK < tasks.size) this.#places.push(...place);
  }

  /** For tasks of which nobody knows where they are. */
  static unknown(state: Pick<SessionState, 'tasks'>): TaskPlaces {
    const places = new TaskPlaces();
    places.note(state, START);
    return places;
  }

  /** From where to read for the task at `index` of all; `undefined`: from the beginning. */
  before(index: number): JournalPosition | undefined {
    const [segment, offset, seq] = this.at(Math.floor(index / CHUNK));
    return seq <= 1 ? undefined : { segment, offset, seq: seq - 1, sum: '' };
  }
}
