import type { SessionManager } from '../core/sessionManager.ts';
import { sessionStats, type SessionState } from '../core/state.ts';
import { type AgentTask, isFinished } from '../core/task.ts';
import type { StartedTask } from '../core/taskLauncher.ts';
import { type Answer, json } from './answer.ts';
import { ApiError } from './errors.ts';
import type { EventStreams } from './eventStreams.ts';
import type { Call } from './route.ts';
import { publicTask } from '../core/publicTask.ts';
import type { Executed, TaskIds } from './executed.ts';

type ExecutingCall = Pick<
  Call<unknown, { cancelOnDisconnect?: 'true' | 'false' | undefined }, unknown>,
  'host' | 'idempotency' | 'idempotencyKey' | 'disconnected' | 'query'
>;

/**
 * Starts a task, or finds the one that the same idempotency key started before, and waits for its end. A client that goes
 * away stops it only when it asked for that.
 */
export async function execution(
  call: ExecutingCall,
  request: readonly unknown[],
  start: (signal: AbortSignal | undefined) => Promise<StartedTask>,
  onStarted: (ids: TaskIds) => void = () => undefined,
): Promise<Executed> {
  const { sessions } = call.host;
  const signal = call.query.cancelOnDisconnect === 'true' ? call.disconnected : undefined;
  const watch = new LatestStates(sessions);
  try {
    let started: StartedTask | undefined;
    const ids = await call.idempotency.once(call.idempotencyKey, request, async () => {
      started = await start(signal);
      return { sessionId: started.sessionId, taskId: started.taskId };
    });
    const { sessionId, taskId } = ids;
    watch.only(sessionId);
    onStarted(ids);
    const task = await (started?.finished ?? ended(sessions, ids, call.disconnected));
    // The host may be closing: what it said last is exact, and asking again would be refused.
    const state = watch.of(sessionId);
    const stats = state === undefined ? (await sessions.getSession(sessionId)).stats : sessionStats(state);
    return { sessionId, taskId, task: publicTask(task), stats };
  } finally {
    watch.dispose();
  }
}

/**
 * Answers with what `run` resolves with; a client that accepts events gets what happens until then, too, and so signs of life:
 * many wait for the head of an answer for some minutes only.
 */
export async function untilEnd(
  { acceptsEvents, streams }: Pick<Call<unknown, unknown, unknown>, 'acceptsEvents' | 'streams'>,
  run: (onStarted?: (ids: TaskIds) => void) => Promise<unknown>,
): Promise<Answer> {
  return acceptsEvents ? asStream(streams, run) : json(await run());
}

/** Answers with what happens until `run` resolves, and with what it resolves with. */
export function asStream(
  streams: EventStreams,
  run: (onStarted: (ids: TaskIds) => void) => Promise<unknown>,
): Promise<Answer> {
  const stream = streams.ofTask();
  return stream.until(run(stream.follow));
}

/** The newest states of sessions that change meanwhile. */
class LatestStates {
  readonly #states = new Map<string, SessionState>();
  readonly #subscription;
  #wanted: string | undefined;

  constructor(sessions: SessionManager) {
    this.#subscription = sessions.onDidChange(change => {
      if (change.kind === 'records' && (this.#wanted ?? change.sessionId) === change.sessionId)
        this.#states.set(change.sessionId, change.state);
    });
  }

  only(sessionId: string): void {
    this.#wanted = sessionId;
    for (const known of [...this.#states.keys()]) if (known !== sessionId) this.#states.delete(known);
  }

  of(sessionId: string): SessionState | undefined {
    return this.#states.get(sessionId);
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

/** A task that somebody else started, once it has ended. */
async function ended(
  sessions: SessionManager,
  { sessionId, taskId }: TaskIds,
  gone: AbortSignal,
): Promise<AgentTask> {
  const { hold } = await sessions.follow(sessionId);
  try {
    return await new Promise<AgentTask>((resolve, reject) => {
      const look = (task: AgentTask | undefined): void => {
        if (task === undefined || !isFinished(task) || task.verifying === true) return;
        settle(() => {
          resolve(task);
        });
      };
      const leave = (): void => {
        settle(() => {
          reject(new ApiError('cancelled', 'The client went away.'));
        });
      };
      const subscription = sessions.onDidChange(change => {
        if (change.kind === 'records' && change.sessionId === sessionId) look(change.state.tasks.get(taskId));
      });
      const settle = (how: () => void): void => {
        subscription.dispose();
        gone.removeEventListener('abort', leave);
        how();
      };
      gone.addEventListener('abort', leave);
      if (gone.aborted) leave();
      sessions.getTask(taskId).then(
        ({ task }) => {
          look(task);
        },
        (error: unknown) => {
          settle(() => {
            reject(error instanceof Error ? error : new Error(String(error)));
          });
        },
      );
    });
  } finally {
    hold.dispose();
  }
}
