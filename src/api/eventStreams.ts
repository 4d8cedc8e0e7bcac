import { type Disposable, DisposableList } from '../core/disposable.ts';
import type { Logger } from '../core/logger.ts';
import type { SessionChange } from '../core/sessionChange.ts';
import type { SessionManager } from '../core/sessionManager.ts';
import { sessionStats } from '../core/state.ts';
import type { Answer } from './answer.ts';
import { ApiError, problemOf } from './errors.ts';
import { frame } from './eventFrame.ts';
import type { TaskIds } from './executed.ts';
import { RecordFeed } from './recordFeed.ts';
import { SseWriter } from './sseWriter.ts';

const MAX_STREAMS = 500;

export interface EventStreamsOptions {
  readonly sessions: SessionManager;
  readonly heartbeatMs: number;
  readonly logger: Logger;
}

/** The event streams of a server. Owns what each of them holds. */
export class EventStreams implements Disposable {
  readonly #options: EventStreamsOptions;
  readonly #writers = new Set<SseWriter>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => {
      for (const writer of this.#writers) writer.beat();
    }, options.heartbeatMs);
    this.#heartbeat.unref();
  }

  /** How many are open; leak checks read it. */
  get size(): number {
    return this.#writers.size;
  }

  /** A session: what it went through after a record, or (`snapshot`) what it is; then what happens. */
  async ofSession(
    sessionId: string,
    { after, snapshot, head }: { readonly after: number; readonly snapshot: boolean; readonly head: boolean },
  ): Promise<Answer> {
    const { sessions } = this.#options;
    this.#requireRoom();
    const owned = new DisposableList();
    // Listening begins before the state is read, so that nothing falls between the two.
    const missed: SessionChange[] = [];
    let take = (change: SessionChange): void => void missed.push(change);
    owned.add(
      sessions.onDidChange(change => {
        take(change);
      }),
    );
    try {
      const { state, hold } = await sessions.follow(sessionId);
      owned.add(hold);
      if (state.deleted) throw new ApiError('not_found', `There is no session ${sessionId}.`);
      if (head) {
        owned.dispose();
        return { status: 200, text: '', type: 'text/event-stream' };
      }
      const newest = state.metadata.lastEventSeq;
      const feed = new RecordFeed({ sessions, sessionId, after: snapshot ? newest : after, newest });
      take = change => {
        feed.tell(change);
      };
      missed.forEach(take);
      const first = snapshot
        ? frame('snapshot', { metadata: state.metadata, stats: sessionStats(state) }, newest)
        : undefined;
      return this.#streaming(owned, async writer => {
        if (first !== undefined) await writer.write(first);
        await feed.run(writer);
      });
    } catch (error) {
      owned.dispose();
      throw error;
    }
  }

  /** A task, or a verification of it, that is about to start: `follow` is told its ids, `until` makes the answer. */
  ofTask(): { readonly follow: (ids: TaskIds) => void; until(running: Promise<unknown>): Promise<Answer> } {
    const { sessions } = this.#options;
    this.#requireRoom();
    const owned = new DisposableList();
    const missed: SessionChange[] = [];
    let take = (change: SessionChange): void => void missed.push(change);
    owned.add(
      sessions.onDidChange(change => {
        take(change);
      }),
    );
    const { promise: started, resolve: setStarted } = Promise.withResolvers<RecordFeed>();
    const follow = ({ sessionId, taskId }: TaskIds): void => {
      const begun = seqOfBeginning(missed, taskId);
      const [after, newest] = begun === undefined ? [0, undefined] : [begun - 1, begun - 1];
      const feed = new RecordFeed({ sessions, sessionId, taskId, after, newest });
      take = change => {
        feed.tell(change);
      };
      missed.splice(0).forEach(take);
      setStarted(feed);
    };
    const until = async (running: Promise<unknown>): Promise<Answer> => {
      try {
        // Whatever refuses the task does so before the stream begins.
        await Promise.race([started, running]);
      } catch (error) {
        owned.dispose();
        throw error;
      }
      const feed = await started;
      const end = running.then(
        body => frame('done', body),
        (error: unknown) => frame('problem', problemOf(error)),
      );
      void end.then(() => {
        feed.finish();
      });
      return this.#streaming(owned, async writer => {
        await feed.run(writer);
        if (!writer.isClosed) await writer.write(await end);
      });
    };
    return { follow, until };
  }

  /** Ends every stream; clients may resume elsewhere or later. */
  dispose(): void {
    clearInterval(this.#heartbeat);
    for (const writer of this.#writers) writer.end();
  }

  #streaming(owned: DisposableList, send: (writer: SseWriter) => Promise<void>): Answer {
    return {
      stream: async response => {
        const writer = new SseWriter(response);
        this.#writers.add(writer);
        try {
          await send(writer);
        } catch (error) {
          // The client resumes where it was, or is told what is wrong when it tries.
          this.#options.logger.error('An event stream broke off.', error);
        } finally {
          writer.end();
          owned.dispose();
          this.#writers.delete(writer);
        }
      },
    };
  }

  #requireRoom(): void {
    if (this.#writers.size < MAX_STREAMS) return;
    throw new ApiError('too_many_streams', `${String(MAX_STREAMS)} event streams are open. Close one.`);
  }
}

function seqOfBeginning(changes: readonly SessionChange[], taskId: string): number | undefined {
  return changes
    .flatMap(change => (change.kind === 'records' ? change.records : []))
    .find(
      ({ event: { type, data } }) =>
        (type === 'taskCreated' || type === 'verificationRequested') && data.taskId === taskId,
    )?.seq;
}
