import type { SearchPage as DomainSearchPage } from '../core/search/searchPage.ts';
import type { TaskDiff as DomainDiff } from '../core/checkpoints.ts';
import type { PublicTask } from '../core/publicTask.ts';
import type { SessionMetadata as DomainSession } from '../core/session.ts';
import type { SessionStats as DomainStats } from '../core/stats.ts';
import type { StatsPeriod } from '../core/statsPeriod.ts';
import type { StatsReport as DomainReport } from '../core/statsReport.ts';
import type { TaskType } from '../core/task.ts';
import type { TaskComparison as DomainComparison } from '../core/taskComparison.ts';
import type { TaskView } from '../core/taskView.ts';
import type { UndoPlan } from '../core/undoPlan.ts';
import type { Wire } from '../core/wire.ts';
import { readEvents, type ServerEvent } from './eventReader.ts';

export type SessionMetadata = Wire<DomainSession>;
export type SessionStats = Wire<DomainStats>;
export type SearchPage = Wire<DomainSearchPage>;
export type StatsReport = Wire<DomainReport>;
export type TaskComparison = Wire<DomainComparison>;
export type SessionDetails = SessionMetadata & { stats: SessionStats };
export type TaskDiff = Wire<DomainDiff>;
/** What an undo did. */
export type Undone = Pick<UndoPlan, 'taskId' | 'undone' | 'files' | 'left'> & { readonly task: AgentTask };
export type AgentTask = Wire<PublicTask>;
/** A task with what its agent did, and the questions that it waits with. */
export type TaskDetails = Wire<TaskView>;

export interface ClientOptions {
  /** `http://127.0.0.1:3000` when not given. */
  readonly url?: string;
  /** What `coding-agent token` prints; none for a server that runs with `--no-auth`. */
  readonly token?: string;
}

export interface ListQuery {
  /** 1 to 1,000; 50 when not given. */
  readonly limit?: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
  readonly status?: SessionMetadata['status'];
  /** Every word must occur in the title or the text of a task. */
  readonly q?: string;
  readonly archived?: boolean;
}

export interface SessionPage {
  readonly sessions: SessionMetadata[];
  readonly nextCursor?: string;
  readonly damaged: { readonly file: string; readonly problem: string }[];
}

/** What of a session is to change; the rest stays as it is. */
export interface SessionChanges {
  /** One line of at most 200 characters; empty: the first task's text again. */
  readonly title?: string;
  /** All of them: at most 32, each one line of at most 64 characters. */
  readonly tags?: readonly string[];
  readonly pinned?: boolean;
  readonly archived?: boolean;
}

/** The answer to a question of a task. */
export interface ApprovalAnswer {
  readonly decision: 'allow' | 'deny';
  /** How long an allowance holds: this call (when not given), this session, or for exactly this command. */
  readonly scope?: 'once' | 'session' | 'exact';
  /** Why it is denied; goes back to the agent. */
  readonly reason?: string;
  /** The answer in words, with `allow`, to a question whose `expects` is `text`. */
  readonly text?: string;
}

/** What may be given along with work that takes as long as it takes. */
export interface Following {
  /** Cancels the work. */
  readonly signal?: AbortSignal;
  /** Told of every journal event and of output, as it happens. */
  readonly onEvent?: (event: ServerEvent) => void;
}

export interface ExecuteRequest extends Following {
  readonly task: string;
  /** The current session, or a new one, when not given. */
  readonly sessionId?: string;
  readonly type?: TaskType;
  readonly agent?: string;
  /** A command that verifies the task after its agent reported success. */
  readonly verify?: string;
}

/** What the server refused: an RFC 9457 problem. Test `code`; show `message`. */
export class RequestError extends Error {
  override readonly name: string = 'RequestError';
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;

  constructor(status: number, problem: unknown) {
    const { code, detail, field } = (problem ?? {}) as Partial<Record<'code' | 'detail' | 'field', unknown>>;
    super(typeof detail === 'string' ? detail : `The server answered ${String(status)}.`);
    this.status = status;
    this.code = typeof code === 'string' ? code : 'unknown';
    this.field = typeof field === 'string' ? field : undefined;
  }
}

/** One server, with the functions of the in-process API. Every one rejects with a `RequestError` when the server refuses. */
export interface Client {
  createSession(request?: {
    readonly workingDirectory?: string;
    readonly title?: string;
  }): Promise<SessionMetadata>;
  getSession(sessionId: string): Promise<SessionDetails>;
  listSessions(query?: ListQuery): Promise<SessionMetadata[]>;
  /** A page of sessions, with what leads to the next one and the files that are damaged. */
  listPage(query?: ListQuery): Promise<SessionPage>;
  /** Renames, tags, pins or archives a session. */
  updateSession(sessionId: string, changes: SessionChanges): Promise<SessionDetails>;
  switchSession(sessionId: string): Promise<SessionMetadata>;
  endSession(sessionId: string, status?: 'completed' | 'failed'): Promise<SessionDetails>;
  /** Resolves with the task once it ended, failed or not. */
  executeTask(request: ExecuteRequest): Promise<AgentTask>;
  listTasks(sessionId: string): Promise<AgentTask[]>;
  /** A task; its `approvals` are the questions that it waits with. */
  getTask(taskId: string): Promise<TaskDetails>;
  /**
   * Answers what a task asks; needs a token with the scope `approve`. Resolves with the task, or, where the process that had asked
   * is gone, with the attempt that goes on from there.
   */
  decideApproval(taskId: string, approvalId: string, answer: ApprovalAnswer): Promise<TaskDetails>;
  cancelTask(taskId: string): Promise<AgentTask>;
  /** All attempts of a task, or it and these others, side by side. */
  compareTasks(taskId: string, others?: readonly string[]): Promise<TaskComparison>;
  /** A session that begins with copies of another one's finished tasks, up to `at`; it becomes current. */
  forkSession(
    sessionId: string,
    request?: { readonly at?: string; readonly title?: string },
  ): Promise<SessionMetadata>;
  /** A session as one file: a zip that `coding-agent sessions import` takes in elsewhere, or a report to read. */
  exportSession(
    sessionId: string,
    request?: {
      /** `zip` when not given. */
      readonly format?: 'zip' | 'markdown' | 'html' | 'json';
      /** A zip also has the files as each task found and left them. */
      readonly checkpoints?: boolean;
    },
  ): Promise<Blob>;
  /** Runs a finished task's text again, with the same agent or another; resolves with the new attempt once it ended. */
  retryTask(taskId: string, request?: Following & { readonly agent?: string }): Promise<AgentTask>;
  /** Verifies a finished task; resolves with it and its new evidence, whatever that says. */
  verifyTask(taskId: string, request?: Following & { readonly command?: string }): Promise<AgentTask>;
  /** Finds tasks and sessions: words, `"phrases"` and filters such as `status:failed` or `since:7d`. */
  search(
    q: string,
    options?: { readonly limit?: number; readonly cursor?: string; readonly signal?: AbortSignal },
  ): Promise<SearchPage>;
  /** What a task changed. */
  diffTask(taskId: string): Promise<TaskDiff>;
  /** Takes back what a task changed, or brings it back when it is undone. `undo_conflict` when a file was changed since. */
  undoTask(taskId: string, request?: { readonly force?: boolean }): Promise<Undone>;
  /** Over all sessions, or over the tasks that ended at or after `since` and before `until`. */
  stats(period?: StatsPeriod): Promise<StatsReport>;
}

interface Answer {
  readonly metadata: SessionMetadata;
  readonly stats: SessionStats;
}

export function createClient(options: ClientOptions = {}): Client {
  const { url = 'http://127.0.0.1:3000', token } = options;

  async function send(
    method: string,
    path: string,
    body?: unknown,
    { signal, accept }: { readonly signal?: AbortSignal | undefined; readonly accept?: string } = {},
  ): Promise<Response> {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(accept !== undefined && { Accept: accept }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    });
    if (response.ok) return response;
    throw new RequestError(response.status, await response.json().catch(() => undefined));
  }

  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await send(method, path, body)).json() as Promise<T>;
  }

  /** Asks for a stream, which shows signs of life: work may take longer than clients wait for the head of an answer. */
  async function follow<T>(path: string, { signal, onEvent, ...request }: Following): Promise<T> {
    const whole = `${path}${signal === undefined ? '' : '?cancelOnDisconnect=true'}`;
    const { body } = await send('POST', whole, request, { signal, accept: 'text/event-stream' });
    for await (const event of body === null ? [] : readEvents(body)) {
      if (event.event === 'done') return JSON.parse(event.data) as T;
      if (event.event === 'problem') {
        const problem = JSON.parse(event.data) as { status: number };
        throw new RequestError(problem.status, problem);
      }
      onEvent?.(event);
    }
    throw new RequestError(503, { code: 'disposed', detail: 'The server ended before the task did.' });
  }

  const session = (sessionId: string): string => `/sessions/${encodeURIComponent(sessionId)}`;
  const task = (taskId: string): string => `/tasks/${encodeURIComponent(taskId)}`;
  const details = ({ metadata, stats }: Answer): SessionDetails => ({ ...metadata, stats });
  const listPage = (query: ListQuery = {}): Promise<SessionPage> => {
    return ask('GET', `/sessions?${queryOf(query)}`);
  };

  return {
    listPage,
    search: async (q, { signal, ...page } = {}) => {
      const response = await send('GET', `/search?${queryOf({ q, ...page })}`, undefined, { signal });
      return response.json() as Promise<SearchPage>;
    },
    createSession: async (request = {}) =>
      (await ask<{ metadata: SessionMetadata }>('POST', '/sessions', request)).metadata,
    getSession: async id => details(await ask('GET', session(id))),
    listSessions: async query => (await listPage(query)).sessions,
    updateSession: async (id, changes) => details(await ask('PATCH', session(id), changes)),
    switchSession: async id => (await ask<Answer>('POST', `${session(id)}/switch`)).metadata,
    endSession: async (id, status) =>
      details(await ask('POST', `${session(id)}/end`, status === undefined ? undefined : { status })),
    listTasks: async id => (await ask<{ tasks: AgentTask[] }>('GET', `${session(id)}/tasks`)).tasks,
    getTask: id => ask('GET', task(id)),
    decideApproval: (id, approvalId, answer) =>
      ask('POST', `${task(id)}/approvals/${encodeURIComponent(approvalId)}`, answer),
    cancelTask: id => ask('POST', `${task(id)}/cancel`),
    compareTasks: (id, others = []) => {
      const search = new URLSearchParams(others.length === 0 ? {} : { with: others.join(',') });
      return ask('GET', `${task(id)}/compare?${search.toString()}`);
    },
    forkSession: async (id, request = {}) =>
      (await ask<{ metadata: SessionMetadata }>('POST', `${session(id)}/fork`, request)).metadata,
    exportSession: async (id, request = {}) =>
      (await send('GET', `${session(id)}/export?${queryOf(request)}`)).blob(),
    retryTask: async (id, request = {}) =>
      (await follow<{ task: AgentTask }>(`${task(id)}/retry`, request)).task,
    verifyTask: (id, request = {}) => follow(`${task(id)}/verify`, request),
    diffTask: id => ask('GET', `${task(id)}/diff`),
    undoTask: (id, request = {}) => ask('POST', `${task(id)}/undo`, request),
    stats: (period = {}) => {
      const search = new URLSearchParams();
      for (const [name, time] of Object.entries(period))
        if (time instanceof Date) search.set(name, time.toISOString());
      return ask('GET', `/stats?${search.toString()}`);
    },
    executeTask: async request => (await follow<{ task: AgentTask }>('/agent/execute/stream', request)).task,
  };
}

/** What is given, and nothing for what is `undefined`. */
function queryOf(values: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values) as [string, string | number | boolean | undefined][])
    if (value !== undefined) search.set(name, String(value));
  return search.toString();
}

let shared = createClient();

/** Chooses the server of the functions below; before that it is `http://127.0.0.1:3000`, without a token. */
export function configure(options: ClientOptions): void {
  shared = createClient(options);
}

export const createSession: Client['createSession'] = request => shared.createSession(request);
export const getSession: Client['getSession'] = sessionId => shared.getSession(sessionId);
export const listSessions: Client['listSessions'] = query => shared.listSessions(query);
export const switchSession: Client['switchSession'] = sessionId => shared.switchSession(sessionId);
export const endSession: Client['endSession'] = (sessionId, status) => shared.endSession(sessionId, status);
export const executeTask: Client['executeTask'] = request => shared.executeTask(request);
