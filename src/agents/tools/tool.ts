import type { FileChange } from '../../core/task.ts';
import type { ProcessIdentity } from '../../core/toolCall.ts';
import type { ChangeScanner } from '../../workspace/changeScan.ts';
import type { WorkspaceFiles } from '../../workspace/files.ts';
import type { Processes } from '../../workspace/processes.ts';
import { WorkspaceError } from '../../workspace/workspaceError.ts';
import type { ActionClass } from '../permissionRequest.ts';

/** What tools act on, for one task. */
export interface ToolEnvironment {
  readonly files: WorkspaceFiles;
  readonly processes: Processes;
  readonly scanner: ChangeScanner;
  /** Variables of commands. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds; `null`: no limit. */
  readonly commandTimeoutMs: number | null;
  /** What our commits have as their last paragraph, when the user wants that. */
  readonly trailer?: string | undefined;
  /** Aborted when the task is cancelled. */
  readonly signal: AbortSignal;
}

/** One kind of action. `V` is what code that calls it gets; a model gets `text`. */
export interface Tool<V = undefined> {
  /** snake_case, as in CONTRACT 8. */
  readonly name: string;
  readonly description: string;
  /** Every parameter is required and a text; the value says what it means. */
  readonly parameters: Readonly<Record<string, string>>;
  /** JSON Schema in place of `parameters`, of a tool that is not our own. */
  readonly inputSchema?: object;
  /**
   * Checks the input and looks at what is there; acts on nothing. Rejects with a `WorkspaceError` when it cannot be done
   * exactly.
   */
  prepare(input: ToolInput, environment: ToolEnvironment): Promise<PreparedCall<V>>;
}

export type ToolInput = Readonly<Record<string, unknown>>;

/** A call that is possible, and has not happened. */
export interface PreparedCall<V = undefined> {
  readonly class: ActionClass;
  /** What it is called in a sentence, such as `Changing "a.txt"`. */
  readonly title?: string;
  /** Exactly what would be done. */
  subject(): string;
  /** The argument list, when no shell reads it or needs to. */
  readonly args?: readonly string[] | undefined;
  /**
   * Does it; `allowedArgs` is the argument list that a rule allowed, of which no shell may make anything else. Rejects with a
   * `WorkspaceError`: then nothing was changed.
   */
  act(call: CallPort, allowedArgs?: readonly string[]): Promise<ToolResult<V>>;
}

/** What a running call may tell. Each rejects when it cannot be recorded. */
export interface CallPort {
  started(process: ProcessIdentity): Promise<void>;
  output(text: string): Promise<void>;
}

export interface ToolResult<V = undefined> {
  readonly value: V;
  /** For a model. Capped. */
  readonly text: string;
  /** For a plan step: a few words such as `exit 1` or `+24 -0`. */
  readonly detail: string;
  readonly changes?: readonly FileChange[];
  /** Hashes, oldest first. */
  readonly commits?: readonly string[];
  readonly exitCode?: number | null;
  /** It acted, and failed all the same: what it changed stays. */
  readonly failure?: WorkspaceError;
}

/** A text argument. `invalid_input` when it is missing or something else. */
export function requireString(input: ToolInput, name: string): string {
  const value = input[name];
  if (typeof value === 'string') return value;
  throw new WorkspaceError('invalid_input', `The tool needs a text as "${name}". Nothing was done.`);
}
