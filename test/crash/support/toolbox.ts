import { InMemoryApprovals } from '../../../src/agents/approvalMemory.ts';
import { type PermissionPolicy, Permissions } from '../../../src/agents/permissions.ts';
import { type CallOutcome, ToolCalls } from '../../../src/agents/toolCalls.ts';
import type { Tool, ToolEnvironment, ToolInput } from '../../../src/agents/tools/tool.ts';
import { ChangeScanner } from '../../../src/workspace/changeScan.ts';
import { createFiles } from '../../../src/workspace/files.ts';
import { createProcesses, type Processes } from '../../../src/workspace/processes.ts';
import { randomIds, RecordingRun } from '../../agents/recordingRun.ts';
import { realClock } from '../../workspace/realClock.ts';

/** The real tools on a real folder, called as a model calls them, where nobody can be asked. */
export class Toolbox {
  /** The argument lists of the programs that were started. */
  readonly started: (readonly string[])[] = [];
  readonly #calls: ToolCalls;

  constructor(root: string, policy: PermissionPolicy) {
    const run = new RecordingRun({ text: 'x', workingDirectory: root });
    const environment: ToolEnvironment = {
      ...{ files: createFiles(root), processes: this.#watched(), scanner: new ChangeScanner(root) },
      ...{ environment: { PATH: process.env['PATH'] ?? '' }, commandTimeoutMs: 20_000, signal: run.signal },
    };
    const permissions = new Permissions(run, policy, new InMemoryApprovals());
    this.#calls = new ToolCalls({ run, permissions, environment, clock: realClock, ids: randomIds });
  }

  call<V>(tool: Tool<V>, input: ToolInput): Promise<CallOutcome<V>> {
    return this.#calls.call(tool, input, { stepId: null, isInstruction: false });
  }

  #watched(): Processes {
    const processes = createProcesses({ clock: realClock });
    return {
      run: request => {
        this.started.push(request.argv);
        return processes.run(request);
      },
    };
  }
}
