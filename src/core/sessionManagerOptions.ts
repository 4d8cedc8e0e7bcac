import type { Logger } from './logger.ts';
import type {
  ApprovalPolicy,
  Authorship,
  Clock,
  CurrentSession,
  Ids,
  ProcessTable,
  SessionStore,
  TaskRunner,
  Verifier,
  WorkspaceGate,
} from './ports.ts';
import type { Redactor } from './redactor.ts';
import type { RestoreRecovery } from './restoreRecovery.ts';

/** What a `SessionManager` works with; the host owns all of it. */
export interface SessionManagerOptions {
  readonly store: SessionStore;
  readonly runner: TaskRunner;
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly processes: ProcessTable;
  readonly current: CurrentSession;
  readonly gate: WorkspaceGate;
  readonly authorship: Authorship;
  readonly approvals: ApprovalPolicy;
  /** Finishes undos whose process died. */
  readonly recovery?: RestoreRecovery | undefined;
  /** Hides secrets before anything is written or shown. */
  readonly redactor?: Redactor | undefined;
  /** Who makes sessions here; `null` when unknown. */
  readonly author: string | null;
  readonly logger: Logger;
}
