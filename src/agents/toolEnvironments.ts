import type { Clock, TaskRun } from '../core/ports.ts';
import { ChangeScanner } from '../workspace/changeScan.ts';
import { commandEnvironment } from '../workspace/environment.ts';
import { createFiles } from '../workspace/files.ts';
import { createProcesses, type Processes } from '../workspace/processes.ts';
import type { ToolEnvironment } from './tools/tool.ts';

export interface ToolEnvironmentsOptions {
  readonly clock: Clock;
  /** Milliseconds that a command may take; `null`: no limit. */
  readonly commandTimeoutMs: number | null;
  /** Names of variables that commands get besides the published list. */
  readonly environmentNames?: readonly string[] | undefined;
  readonly processes?: Processes | undefined;
  /** Whether commits of all changes name their task. */
  readonly commitTrailer?: (() => boolean) | undefined;
}

/** What the tools of each run act on: one view of each folder for all of them. */
export class ToolEnvironments {
  readonly #options: ToolEnvironmentsOptions;
  readonly #processes: Processes;
  readonly #scanners = new Map<string, ChangeScanner>();

  constructor(options: ToolEnvironmentsOptions) {
    this.#options = options;
    this.#processes = options.processes ?? createProcesses({ clock: options.clock });
  }

  of(run: TaskRun): ToolEnvironment {
    const root = run.session.workingDirectory;
    const scanner = this.#scanners.get(root) ?? new ChangeScanner(root);
    this.#scanners.set(root, scanner);
    return {
      ...{ files: createFiles(root), processes: this.#processes, scanner, signal: run.signal },
      environment: commandEnvironment(process.env, this.#options.environmentNames),
      commandTimeoutMs: this.#options.commandTimeoutMs,
      trailer: this.#options.commitTrailer?.() === true ? `Coding-Agent-Task: ${run.task.id}` : undefined,
    };
  }
}
