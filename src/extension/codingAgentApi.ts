import type { Disposable } from '../core/disposable.ts';
import type { SessionQuery } from '../core/ports.ts';
import type { SessionMetadata } from '../core/session.ts';
import type { SessionChange } from '../core/sessionChange.ts';
import type { SessionDetails, SessionManager } from '../core/sessionManager.ts';
import type { CreateSessionRequest } from '../core/sessionRequests.ts';
import type { AgentTask, TaskOrigin } from '../core/task.ts';
import type { ExecuteTaskRequest } from '../core/taskLauncher.ts';
import type { WorkspaceFolders } from './folders/workspaceFolders.ts';

/** What `activate()` returns to other extensions. Every method rejects with an error that has a stable `code`. */
export interface CodingAgentApi {
  createSession(options?: CreateSessionRequest): Promise<SessionMetadata>;
  getSession(sessionId: string): Promise<SessionDetails>;
  /** Newest first; in a workspace of several folders, of all of them. */
  listSessions(query?: SessionQuery): Promise<readonly SessionMetadata[]>;
  switchSession(sessionId: string): Promise<SessionMetadata>;
  /** The current session when none is named. */
  endSession(sessionId?: string, status?: 'completed' | 'failed'): Promise<SessionDetails>;
  /** Resolves with the task once it ended, failed or not. What it wants to do is shown to the person and asked for. */
  executeTask(
    request: Pick<ExecuteTaskRequest, 'task' | 'sessionId' | 'type' | 'agent' | 'signal'>,
  ): Promise<AgentTask>;
  onDidChange(listener: (change: SessionChange) => void): Disposable;
}

/** `origin`: whose words the tasks are that come through this API. */
export function createApi(folders: WorkspaceFolders, origin: TaskOrigin): CodingAgentApi {
  const sessionsFor = async (sessionId: string | undefined): Promise<SessionManager> => {
    const folder = sessionId === undefined ? folders.requireActive() : await folders.withSession(sessionId);
    return folder.sessions();
  };
  return Object.freeze<CodingAgentApi>({
    async createSession(options = {}) {
      const { workingDirectory } = options;
      const folder = workingDirectory === undefined ? undefined : folders.containing(workingDirectory);
      return (await (folder ?? folders.requireActive()).sessions()).createSession(options);
    },
    async getSession(sessionId) {
      return (await sessionsFor(sessionId)).getSession(sessionId);
    },
    async listSessions(query = {}) {
      folders.requireActive();
      const lists = await Promise.all(
        folders.all.map(async folder => (await folder.sessions()).listSessions(query)),
      );
      const [only] = lists;
      if (lists.length === 1 && only !== undefined) return only;
      return lists
        .flat()
        .sort((a, b) => b.startTime.getTime() - a.startTime.getTime())
        .slice(0, query.limit ?? 50);
    },
    async switchSession(sessionId) {
      const folder = await folders.withSession(sessionId);
      folders.markUsed(folder);
      return (await folder.sessions()).switchSession(sessionId);
    },
    async endSession(sessionId, status) {
      return (await sessionsFor(sessionId)).endSession(sessionId, status);
    },
    async executeTask({ task, sessionId, type, agent, signal }) {
      const sessions = await sessionsFor(sessionId);
      return sessions.executeTask({ task, sessionId, type, agent, signal, origin });
    },
    onDidChange(listener) {
      return folders.onDidChange(({ change }) => {
        listener(change);
      });
    },
  });
}
