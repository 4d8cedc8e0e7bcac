import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAcpAgent } from '../../../src/agents/acp/acpAgent.ts';
import type { AcpAgentSettings } from '../../../src/agents/acp/knownAgents.ts';
import { InMemoryApprovals } from '../../../src/agents/approvalMemory.ts';
import { Permissions } from '../../../src/agents/permissions.ts';
import { ToolCalls } from '../../../src/agents/toolCalls.ts';
import type { Clock, TaskOutcome } from '../../../src/core/ports.ts';
import { systemClock } from '../../../src/host/systemPorts.ts';
import { ChangeScanner } from '../../../src/workspace/changeScan.ts';
import { commandEnvironment } from '../../../src/workspace/environment.ts';
import { createFiles } from '../../../src/workspace/files.ts';
import { createProcesses } from '../../../src/workspace/processes.ts';
import { SecretRedactor } from '../../../src/workspace/redact.ts';
import { randomIds, RecordingRun, type RecordingRunOptions } from '../recordingRun.ts';

const SCRIPTED = fileURLToPath(new URL('../../support/scriptedAcpAgent.mjs', import.meta.url));

export interface AcpTask extends Partial<RecordingRunOptions> {
  readonly settings: AcpAgentSettings;
  readonly name?: string;
  readonly approveInAdvance?: boolean;
  readonly clock?: Clock;
}

/** A folder, and tasks that agents carry out in it. */
export class AcpFixture {
  /** Real. */
  readonly root: string;
  readonly state: string;
  readonly redactor = new SecretRedactor();

  private constructor(root: string, state: string) {
    this.root = root;
    this.state = state;
  }

  static async create(): Promise<AcpFixture> {
    const base = await realpath(await mkdtemp(join(tmpdir(), 'acp-')));
    const [root, state] = [join(base, 'work'), join(base, 'state')];
    await Promise.all([mkdir(root), mkdir(state)]);
    return new AcpFixture(root, state);
  }

  async close(): Promise<void> {
    await rm(join(this.root, '..'), { recursive: true });
  }

  /** The scripted agent with this behaviour. */
  scripted(behaviour: string, env: Readonly<Record<string, string>> = {}): AcpAgentSettings {
    return { command: process.execPath, args: [SCRIPTED, behaviour], env: { STATE: this.state, ...env } };
  }

  start(task: AcpTask): { readonly run: RecordingRun; readonly outcome: Promise<TaskOutcome> } {
    const { settings, name = 'test', approveInAdvance = true, clock = systemClock, ...options } = task;
    const run = new RecordingRun({
      text: 'Do it',
      workingDirectory: this.root,
      agent: `acp:${name}`,
      ...options,
    });
    const environment = {
      ...{ files: createFiles(this.root), processes: createProcesses({ clock }), signal: run.signal },
      ...{ scanner: new ChangeScanner(this.root), environment: commandEnvironment(), commandTimeoutMs: null },
    };
    const permissions = new Permissions(run, { approveInAdvance, rules: [] }, new InMemoryApprovals());
    const calls = new ToolCalls({ run, permissions, environment, clock, ids: randomIds });
    const { redactor } = this;
    const agent = createAcpAgent({
      name,
      settings,
      environment: process.env,
      redactor,
      clock,
      ids: randomIds,
    });
    return { run, outcome: agent.carryOut({ run, calls, permissions, environment }) };
  }

  async run(task: AcpTask): Promise<{ readonly run: RecordingRun; readonly outcome: TaskOutcome }> {
    const { run, outcome } = this.start(task);
    return { run, outcome: await outcome };
  }
}

/** Why a task failed; `completed` when it did not. */
export function failureOf(outcome: TaskOutcome): readonly [reason: string, code: string, error: string] {
  return outcome.status === 'completed'
    ? ['completed', '', '']
    : [outcome.reason, outcome.errorCode, outcome.error];
}
