import { mkdirSync, writeFileSync } from 'node:fs';
import type { SessionEvent } from '../src/core/events.ts';
import type { SessionState } from '../src/core/state.ts';
import { decodeLine, encodeRecord } from '../src/store/journalLine.ts';
import { SEGMENT_BYTES } from '../src/store/journalWriter.ts';
import { SessionBuilder } from '../src/store/sessionBuilder.ts';
import { snapshotBytes } from '../src/store/snapshotText.ts';
import { StorePaths } from '../src/store/storePaths.ts';
import { TaskPlaces } from '../src/store/taskPlaces.ts';
import { owner, sessionCreated, sessionEnded, taskEvents, type TaskShape } from './generateEvents.mts';
import { Random } from './random.mts';
import { realisticText } from './realisticText.mts';

const firstDay = Date.UTC(2026, 0, 1);
const minute = 60_000;

export interface SessionShape {
  readonly sessionId?: string;
  /** When it began: in minutes after the first of all, or in milliseconds since 1970. */
  readonly minute?: number;
  readonly start?: number;
  readonly tasks: Iterable<TaskShape>;
  /** How many events of `tasks` are written at most. */
  readonly events?: number;
}

export interface WrittenSession {
  readonly sessionId: string;
  /** Of the journal. */
  readonly bytes: number;
  readonly events: number;
}

/** Writes sessions as the store itself writes them, by its own encoder: journal segments and the snapshot. */
export class SessionWriter {
  readonly #paths: StorePaths;
  readonly #root: string;
  readonly #random: Random;

  constructor(root: string, seed: number) {
    this.#root = root;
    this.#paths = new StorePaths(root);
    this.#random = new Random(seed);
    mkdirSync(this.#paths.sessions, { recursive: true });
    writeFileSync(this.#paths.gitignore, '*\n');
  }

  write(shape: SessionShape): WrittenSession {
    const sessionId = shape.sessionId ?? this.#random.uuid();
    const journal = new JournalFile(
      this.#paths,
      sessionId,
      this.#root,
      shape.start ?? firstDay + (shape.minute ?? 0) * minute,
    );
    journal.add(sessionCreated(sessionId, this.#root, this.#random));
    let number = 0;
    for (const task of shape.tasks) {
      for (const { event, epoch } of taskEvents(++number, task, this.#random)) {
        if (journal.events < (shape.events ?? Infinity)) journal.add(event, epoch);
      }
    }
    if (shape.events === undefined) journal.add(sessionEnded);
    return journal.finish();
  }
}

class JournalFile {
  readonly #paths: StorePaths;
  readonly #sessionId: string;
  readonly #builder: SessionBuilder;
  readonly #start: number;
  readonly #places = new TaskPlaces();
  #state: SessionState | undefined;
  #lines: Buffer[] = [];
  #offset = 0;
  #segment = 1;
  #sum = '';
  #bytes = 0;
  events = 0;

  constructor(paths: StorePaths, sessionId: string, root: string, start: number) {
    this.#paths = paths;
    this.#sessionId = sessionId;
    this.#start = start;
    this.#builder = new SessionBuilder(sessionId, root, () => undefined);
  }

  add(event: SessionEvent, epoch?: number): void {
    if (this.#offset >= SEGMENT_BYTES) this.#nextSegment();
    this.events++;
    const at = new Date(this.#start + this.events * 10).toISOString();
    const run = epoch === undefined ? {} : { epoch };
    const line = encodeRecord({ seq: this.events, at, writer: owner.nonce, ...run, event });
    const decoded = decodeLine(line.subarray(0, -1));
    if (decoded.kind !== 'record') throw new Error(`The store does not read what it wrote: ${event.type}`);
    this.#state = this.#builder.add(this.#state, decoded.record);
    this.#sum = decoded.sum;
    this.#places.note(this.#state, [this.#segment, this.#offset, this.events]);
    this.#lines.push(line);
    this.#offset += line.length;
    this.#bytes += line.length;
  }

  finish(): WrittenSession {
    this.#flush();
    if (this.#state === undefined) throw new Error('A session has at least one event.');
    const position = { segment: this.#segment, offset: this.#offset, seq: this.events, sum: this.#sum };
    const content = [...snapshotBytes(this.#state, { position, damage: [], places: this.#places })];
    writeFileSync(this.#paths.snapshot(this.#sessionId), Buffer.concat(content), { mode: 0o600 });
    return { sessionId: this.#sessionId, bytes: this.#bytes, events: this.events };
  }

  #nextSegment(): void {
    this.#flush();
    this.#segment++;
    this.#offset = 0;
  }

  #flush(): void {
    const path = this.#paths.journal(this.#sessionId, this.#segment);
    writeFileSync(path, Buffer.concat(this.#lines), { mode: 0o600 });
    this.#lines = [];
  }
}

const small: TaskShape = { calls: 1, output: 300, chunk: 300 };

/** `count` small sessions, a minute apart. */
export function generateSessions(root: string, count: number): void {
  const writer = new SessionWriter(root, count);
  for (let index = 0; index < count; index++) {
    writer.write({ minute: index, tasks: index % 3 === 0 ? [small, small] : [small] });
  }
}

/** The word that only one session of a history has, and the one that every hundredth has. */
export const RARE = 'quetzalcoatl';
export const SOMETIMES = 'Zanzibar';

/** `count` sessions of about 100 KB with outputs as programs print them, a minute apart. Resolves with the bytes of all journals. */
export function generateHistory(root: string, count: number): number {
  const writer = new SessionWriter(root, count);
  let bytes = 0;
  for (let index = 0; index < count; index++) {
    const shape: TaskShape = { calls: 3, output: 6_600, chunk: 1_100, text: realisticText };
    const description = index % 100 === 7 ? `Write the page about ${SOMETIMES}` : `Mend what ${index} says`;
    const tasks = [shape, shape, { ...shape, description }];
    if (index === Math.floor(count / 3))
      tasks[1] = { ...shape, text: (random, length) => `${RARE} ${realisticText(random, length - 13)}` };
    bytes += writer.write({ minute: index, tasks }).bytes;
  }
  return bytes;
}

/** One session with a journal of at least `bytes`: as many tasks as are needed, each `calls` commands of 16 KiB output. */
export function generateLargeSession(root: string, bytes: number, task: TaskShape): WrittenSession {
  const journalBytes = task.calls * (task.output * 1.06 + 1500) + 2500;
  const count = Math.max(1, Math.ceil(bytes / journalBytes));
  return new SessionWriter(root, bytes).write({ tasks: Array.from({ length: count }, () => task) });
}

/** One session of exactly `events` events, in which a task is under way. */
export function generateSessionOf(root: string, events: number, seed: number): WrittenSession {
  const task: TaskShape = { calls: 20, output: 600, chunk: 100 };
  const count = Math.ceil(events / (20 * 11)) + 1;
  return new SessionWriter(root, seed).write({ tasks: Array.from({ length: count }, () => task), events });
}
