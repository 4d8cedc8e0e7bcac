import type { SessionRecord } from '../core/events.ts';
import type { SessionChange } from '../core/sessionChange.ts';
import type { SessionManager } from '../core/sessionManager.ts';
import { frame, recordFrame } from './eventFrame.ts';
import type { SseWriter } from './sseWriter.ts';

/** What waits for a slow client; what is more is read from the journal again. */
const MAX_QUEUED = 64;
/** Output is dropped when so much waits. */
const MAX_QUEUED_BEFORE_OUTPUT = 16;

type Queued = SessionRecord | Extract<SessionChange, { kind: 'output' }>;

export interface RecordFeedOptions {
  readonly sessions: Pick<SessionManager, 'readRecords'>;
  readonly sessionId: string;
  /** The last record that the client has. */
  readonly after: number;
  /** The last record that there is; `undefined` when not known. */
  readonly newest: number | undefined;
  /** The one task that is wanted; `undefined`: all of the session. */
  readonly taskId?: string;
}

/**
 * The records of one session on their way to one client: each once, in order, none left out, in bounded memory whatever the
 * client does. Output goes along while the client keeps up.
 */
export class RecordFeed {
  readonly #options: RecordFeedOptions;
  readonly #queue: Queued[] = [];
  #cursor: number;
  #isBehind: boolean;
  #isFinishing = false;
  /** Whether `run` waits for something to send. */
  #isIdle = false;
  #wake: (() => void) | undefined;
  #writer: SseWriter | undefined;

  constructor(options: RecordFeedOptions) {
    this.#options = options;
    this.#cursor = options.newest === undefined ? options.after : Math.min(options.after, options.newest);
    this.#isBehind = options.newest === undefined || this.#cursor < options.newest;
  }

  /** Takes in what happens. */
  tell(change: SessionChange): void {
    const { sessionId, taskId } = this.#options;
    if ((change.kind !== 'records' && change.kind !== 'output') || change.sessionId !== sessionId) return;
    if (change.kind === 'records' && this.#sendsAtOnce(change.records)) return;
    if (change.kind === 'output') {
      const isWanted = taskId === undefined || change.taskId === taskId;
      const keepsUp = this.#writer?.isCongested !== true && this.#queue.length < MAX_QUEUED_BEFORE_OUTPUT;
      if (isWanted && keepsUp) this.#queue.push(change);
    } else if (this.#queue.length + change.records.length > MAX_QUEUED) {
      this.#queue.length = 0;
      this.#isBehind = true;
    } else {
      this.#queue.push(...change.records);
    }
    this.#wake?.();
  }

  /** Ends `run` as soon as all that was told is sent. */
  finish(): void {
    this.#isFinishing = true;
    this.#wake?.();
  }

  /** Sends until the client has gone, the session is deleted or `finish`. */
  async run(writer: SseWriter): Promise<void> {
    this.#writer = writer;
    void writer.closed.then(() => this.#wake?.());
    while (!writer.isClosed) {
      if (this.#isBehind) {
        this.#isBehind = false;
        await this.#catchUp(writer);
        continue;
      }
      const next = this.#queue.shift();
      if (next === undefined && this.#isFinishing) return;
      if (next === undefined) await this.#woken();
      else if ('kind' in next) await this.#sendOutput(writer, next);
      else await this.#sendInTurn(writer, next);
    }
  }

  /** What comes while nothing waits goes out within the same turn, before whatever else a published record brings about. */
  #sendsAtOnce(records: readonly SessionRecord[]): boolean {
    const writer = this.#writer;
    if (writer === undefined || !this.#isIdle || writer.isClosed || writer.isCongested) return false;
    const isNext = records.every(({ seq }, index) => seq === this.#cursor + 1 + index);
    if (!isNext || this.#queue.length > 0 || records.length > MAX_QUEUED_BEFORE_OUTPUT) return false;
    for (const record of records) void this.#send(writer, record);
    writer.flush();
    // A deletion is the last.
    if (this.#isFinishing) this.#wake?.();
    return true;
  }

  async #sendInTurn(writer: SseWriter, record: SessionRecord): Promise<void> {
    if (record.seq > this.#cursor + 1) await this.#catchUp(writer);
    await this.#send(writer, record);
  }

  async #catchUp(writer: SseWriter): Promise<void> {
    const { sessions, sessionId } = this.#options;
    for await (const records of sessions.readRecords(sessionId, this.#cursor)) {
      for (const record of records) {
        if (writer.isClosed) return;
        await this.#send(writer, record);
      }
    }
  }

  /** Resolves when more may be written. */
  #send(writer: SseWriter, record: SessionRecord): Promise<void> {
    if (record.seq <= this.#cursor) return Promise.resolve();
    const text = this.#isWanted(record) ? recordFrame(record) : '';
    this.#cursor = record.seq;
    // Whoever reconnects is told that there is no such session.
    if (record.event.type === 'sessionDeleted') this.#isFinishing = true;
    return text === '' ? Promise.resolve() : writer.write(text);
  }

  async #sendOutput(
    writer: SseWriter,
    { sessionId, taskId, callId, text }: Extract<Queued, { kind: 'output' }>,
  ): Promise<void> {
    if (!writer.isCongested) await writer.write(frame('output', { sessionId, taskId, callId, text }));
  }

  #isWanted({ event }: SessionRecord): boolean {
    const { taskId } = this.#options;
    const data: unknown = event.data;
    if (taskId === undefined || typeof data !== 'object' || data === null || !('taskId' in data)) return true;
    return data.taskId === taskId;
  }

  async #woken(): Promise<void> {
    this.#isIdle = true;
    await new Promise<void>(resolve => {
      this.#wake = () => {
        this.#wake = undefined;
        this.#isIdle = false;
        resolve();
      };
    });
  }
}
