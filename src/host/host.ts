import type { AgentEntry } from '../agents/agentList.ts';
import type { AgentSettings } from '../agents/createAgents.ts';
import type { HostModel } from '../agents/model/hostModel.ts';
import type { HostTool } from '../agents/model/hostTool.ts';
import type { ModelSettings } from '../agents/model/modelSettings.ts';
import type { DoctorReport, DoctorRequest } from '../core/doctorReport.ts';
import type { EditNotes } from '../core/editNotes.ts';
import type { Logger } from '../core/logger.ts';
import type { OnLongWork } from '../core/longWork.ts';
import type { ApprovalPolicy, CurrentSession } from '../core/ports.ts';
import type { Traceability } from '../core/blame/traceability.ts';
import type { SearchOptions, SearchPage } from '../core/search/searchPage.ts';
import type { SessionForks } from '../core/sessionForks.ts';
import type { SessionManager } from '../core/sessionManager.ts';
import type { TaskUndo } from '../core/taskUndo.ts';
import type { ToolCall } from '../core/toolCall.ts';
import type { KeptApproval } from './keptApproval.ts';
import type { ProposedChange } from '../workspace/proposedChange.ts';
import type { Statistics } from '../core/statistics.ts';
import type { SessionTransfer } from './transfer.ts';

/** The folders that belong to the user, outside every workspace. All absolute; made when first written to. */
export interface UserProfile {
  /** `$XDG_CONFIG_HOME/coding-agent`: config.json, trust, the user's key. */
  readonly config: string;
  /** `$XDG_CACHE_HOME/coding-agent`: derived data only. */
  readonly cache: string;
  /** `$XDG_STATE_HOME/coding-agent`: the CLI's current session per root. */
  readonly state: string;
}

/** Whether tasks may run in a folder, and what may be written there. Each surface has its own. */
export interface TrustPolicy {
  /** Whether `realPath` is trusted now. Asks nobody. */
  isTrusted(realPath: string): Promise<boolean>;
  /** Asks where somebody can be asked; resolves with whether it is trusted now. */
  requestTrust(realPath: string): Promise<boolean>;
}

/** Where spans go to, and whether texts may be in them. */
export interface OtelSettings {
  /** The base URL of an OTLP/HTTP collector; `env`: what OTEL_EXPORTER_OTLP_ENDPOINT names. */
  readonly endpoint: string;
  readonly content: boolean;
}

export interface HostOptions {
  /** The folder to serve; it must exist. */
  readonly root: string;
  readonly profile: UserProfile;
  readonly trust: TrustPolicy;
  readonly current: CurrentSession;
  readonly approvals: ApprovalPolicy;
  /** `--yes`: file tools inside the working directory and commands are approved in advance. */
  readonly approveInAdvance: boolean;
  /** The agent that the person configured, for what `auto` cannot do with `direct`; else config.json says it. */
  readonly configuredAgent?: string | undefined;
  /** The newest settings of the editor, as they stand there; what they leave out comes from config.json. */
  readonly agentSettings?: (() => Readonly<Record<keyof AgentSettings, unknown>>) | undefined;
  /** Where the editor's settings have spans sent to; what they leave out comes from config.json. */
  readonly otelSettings?: (() => OtelSettings | undefined) | undefined;
  /** The editor's models. */
  readonly hostModel?: HostModel | undefined;
  /** The editor's tools that the person lets models use, as they are now. */
  readonly hostTools?: (() => readonly HostTool[]) | undefined;
  /** A key that the editor keeps for a provider. Never rejects. */
  readonly storedKey?: ((settings: ModelSettings) => Promise<string | undefined>) | undefined;
  /** Milliseconds that a command may take; `null`: no limit. */
  readonly commandTimeoutMs: number | null;
  readonly logger: Logger;
  /** The product's version, for what leaves the machine; `unknown` when not given. */
  readonly version?: string | undefined;
  /** Is told how far work over many sessions is, so that nobody waits without knowing what for. */
  readonly onLongWork?: OnLongWork | undefined;
}

/** Everything that one root needs, composed once. The owner calls `close`. */
export interface Host {
  /** The root's real path. */
  readonly root: string;
  readonly sessions: SessionManager;
  /** What tasks changed, and the way back. */
  readonly undo: TaskUndo;
  /** Where an editor says which files it saved. */
  readonly edits: EditNotes;
  readonly statistics: Statistics;
  /**
   * Finds tasks and sessions by what a person types (`parseSearchQuery`), newest first. Rejects with `invalid_input` for what
   * is no search, and `cancelled`.
   */
  search(text: string, options?: SearchOptions): Promise<SearchPage>;
  /** How many sessions were read until now because no index had them as they are: while this grows, lists and figures wait. */
  sessionsRead(): number;
  /** From files, lines and commits to the tasks that they come from. */
  readonly traces: Traceability;
  /** Sessions that leave and arrive. */
  readonly transfer: SessionTransfer;
  readonly forks: SessionForks;
  /**
   * Checks every file of `.coding-agent`; without a wish in `request` nothing is written. Rejects with `not_trusted` when
   * something is to be written and the folder is not trusted, with `cancelled` when `signal` ends it (what was repaired by then
   * is), and with a storage error when it cannot be.
   */
  doctor(request?: DoctorRequest, signal?: AbortSignal): Promise<DoctorReport>;
  /** Who can carry tasks out here, why others cannot, and what to do about it. Never rejects. */
  listAgents(look: { readonly lookForServers: boolean }): Promise<readonly AgentEntry[]>;
  /** What a question would change, when it is about one file's text. Reads that file. Rejects when the session cannot be opened. */
  proposedChange(sessionId: string, question: ToolCall): Promise<ProposedChange | undefined>;
  /** What the person allowed always here, newest first. Rejects when their profile cannot be read. */
  listApprovals(): Promise<readonly KeptApproval[]>;
  /** Has it asked again; resolves with whether it was allowed. */
  revokeApproval(id: string): Promise<boolean>;
  /** Has the export of spans do what the settings say now. Never rejects. */
  followOtelSettings(): Promise<void>;
  /** Stops what runs, writes what is due, releases everything. Never rejects. */
  close(): Promise<void>;
}
