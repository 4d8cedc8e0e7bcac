import { SessionError } from './errors.ts';
import type { SessionEvent } from './events.ts';
import { parseTitle, unknownTask } from './input.ts';
import type { Authorship, Ids, WorkspaceGate } from './ports.ts';
import { isOwnText, isOwnVerification, sealText, sealVerification } from './seals.ts';
import { SCHEMA_VERSION, type SessionMetadata } from './session.ts';
import type { SessionManager } from './sessionManager.ts';
import { type AgentTask, asForeign, type CopiedTask, isFinished, recordedCheckpoints } from './task.ts';
import type { ToolCall } from './toolCall.ts';

const MAX_TITLE = 200;

export interface ForkRequest {
  /** The last task that the fork begins with; all that ended when not given. */
  readonly at?: string | undefined;
  /** The title of the session it comes from, marked, when not given. */
  readonly title?: string | undefined;
}

export interface SessionForksOptions {
  readonly sessions: Pick<SessionManager, 'getSession' | 'listTasks' | 'getTask' | 'createSessionWith'>;
  readonly ids: Ids;
  readonly gate: WorkspaceGate;
  readonly authorship: Authorship;
  readonly author: string | null;
}

/**
 * Makes sessions that go on from where another one was. A fork begins with copies of that session's tasks under ids of its own;
 * the session that it comes from does not change, and what happens in one is not seen by the other.
 */
export class SessionForks {
  readonly #options: SessionForksOptions;

  constructor(options: SessionForksOptions) {
    this.#options = options;
  }

  /** The fork, which becomes current. Rejects with `not_found`, `task_not_finished`, `invalid_input` or `not_trusted`. */
  async fork(sessionId: string, { at, title }: ForkRequest = {}): Promise<SessionMetadata> {
    const { sessions, ids, gate, author } = this.#options;
    const given = title === undefined ? undefined : parseTitle(title);
    const source = await sessions.getSession(sessionId);
    const tasks = tasksUntil(await sessions.listTasks(sessionId), at);
    await gate.requireTrust();
    // Where a session was made elsewhere its folder may be there only.
    const workingDirectory = await gate
      .resolveWorkingDirectory(source.workingDirectory)
      .catch(() => gate.resolveWorkingDirectory(undefined));
    const forkId = ids.uuid();
    const created: SessionEvent = {
      type: 'sessionCreated',
      data: {
        ...{ sessionId: forkId, title: given ?? titleOf(source), workingDirectory, author },
        ...{ projectPath: gate.root, schemaVersion: SCHEMA_VERSION },
      },
    };
    const document = await this.#history(forkId, source, tasks);
    return sessions.createSessionWith(forkId, [
      created,
      { type: 'snapshotAdopted', data: { document } },
      { type: 'sessionForked', data: { from: sessionId, at: at ?? null } },
    ]);
  }

  /** The copies as the document that the fork adopts. */
  async #history(
    forkId: string,
    source: SessionMetadata,
    tasks: readonly AgentTask[],
  ): Promise<Readonly<Record<string, unknown>>> {
    const ids = new Map(
      tasks.map(task => [task.id, `task-${forkId.slice(0, 8)}-${this.#options.ids.hex(8)}`]),
    );
    const copies: AgentTask[] = [];
    const calls: ToolCall[] = [];
    for (const task of tasks) {
      const copy = await this.#copy(task, forkId, ids);
      copies.push(copy);
      const { toolCalls } = await this.#options.sessions.getTask(task.id);
      calls.push(...toolCalls.map(call => ({ ...closed(call), taskId: copy.id })));
    }
    const plans = copies.flatMap(({ plan }) => (plan === undefined ? [] : [plan]));
    return {
      ...{ sessionId: forkId, tags: source.tags },
      ...{ tasks: copies.map(({ id }) => id), plans: plans.map(({ id }) => id) },
      taskRecords: byId(copies),
      planRecords: byId(plans),
      toolCallRecords: byId(calls),
    };
  }

  /**
   * The task under an id of the fork. Its seals hold for the session that it comes from: what they prove is sealed anew, and what
   * they do not prove is nobody's own words.
   */
  async #copy(task: AgentTask, forkId: string, ids: ReadonlyMap<string, string>): Promise<AgentTask> {
    const { authorship } = this.#options;
    const { plan, retryOf, continues, verification, ...rest } = asForeign(task);
    // What only the process, the agent's own conversation or the workspace of that time could go on with stays behind.
    const {
      agentSession: _conversation,
      checkpointAfter: _after,
      undone: _undone,
      restoring: _restoring,
      waitedFor: _question,
      verifying: _verifying,
      awaiting: _awaiting,
      ...kept
    } = rest;
    const id = ids.get(task.id) ?? task.id;
    const seal =
      task.origin === 'person' && (await isOwnText(authorship, task))
        ? await sealText(authorship, forkId, task.description)
        : undefined;
    const verifySeal =
      task.verify !== undefined && (await isOwnVerification(authorship, task))
        ? await sealVerification(authorship, forkId, task.verify)
        : undefined;
    return {
      ...{ ...kept, id, sessionId: forkId, checkpoint: null, verification: withoutStaleness(verification) },
      copyOf: copyOf(task),
      ...(plan && { plan: { ...plan, taskId: id, sessionId: forkId } }),
      ...mapped('retryOf', retryOf, ids),
      ...mapped('continues', continues, ids),
      ...(seal !== undefined && { origin: 'person' as const, seal }),
      ...(verifySeal !== undefined && { verifySeal }),
    };
  }
}

/** The finished tasks up to and including one, or all of them. */
function tasksUntil(tasks: readonly AgentTask[], at: string | undefined): readonly AgentTask[] {
  if (at === undefined) return tasks.filter(isFinished);
  const last = tasks.find(task => task.id === at);
  if (last === undefined) throw unknownTask(at);
  if (!isFinished(last))
    throw new SessionError(
      'task_not_finished',
      'This task has not ended yet, so nothing can go on from it. Wait for it, or fork at an earlier one.',
    );
  return tasks.slice(0, tasks.indexOf(last) + 1).filter(isFinished);
}

function titleOf({ title }: SessionMetadata): string {
  return title === '' ? '' : `${title.slice(0, MAX_TITLE - 7)} (fork)`;
}

/** Which checkpoints they are goes with the copy: a fork that is exported alone takes them along. */
function copyOf(task: AgentTask): CopiedTask {
  const { before, after } = recordedCheckpoints(task);
  return {
    ...{ sessionId: task.sessionId, taskId: task.id },
    ...(before !== null && { checkpoint: before }),
    ...(after !== null && { checkpointAfter: after }),
  };
}

/** A copied call asks nobody, and its process belongs to nobody here. */
function closed(call: ToolCall): ToolCall {
  const { approvalId: _id, subject: _subject, hash: _hash, process: _process, ...rest } = call;
  return rest;
}

function withoutStaleness(verification: AgentTask['verification']): AgentTask['verification'] {
  if (verification === null) return null;
  const { stale: _stale, ...evidence } = verification;
  return evidence;
}

/** A reference to another attempt, where that one was copied too. */
function mapped<K extends string>(
  key: K,
  id: string | undefined,
  ids: ReadonlyMap<string, string>,
): Partial<Record<K, string>> {
  const copy = id === undefined ? undefined : ids.get(id);
  return copy === undefined ? {} : ({ [key]: copy } as Record<K, string>);
}

function byId<T extends { readonly id: string }>(records: readonly T[]): Record<string, T> {
  return Object.fromEntries(records.map(record => [record.id, record]));
}
