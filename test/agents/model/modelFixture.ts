import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InMemoryApprovals } from '../../../src/agents/approvalMemory.ts';
import { createModelAgent } from '../../../src/agents/model/modelAgent.ts';
import type { ModelSettings } from '../../../src/agents/model/modelSettings.ts';
import type { HostTool } from '../../../src/agents/model/hostTool.ts';
import type { HostModel } from '../../../src/agents/model/hostModel.ts';
import { Permissions } from '../../../src/agents/permissions.ts';
import { ToolCalls } from '../../../src/agents/toolCalls.ts';
import type { Clock, TaskOutcome } from '../../../src/core/ports.ts';
import { ChangeScanner } from '../../../src/workspace/changeScan.ts';
import { commandEnvironment } from '../../../src/workspace/environment.ts';
import { createFiles } from '../../../src/workspace/files.ts';
import { createProcesses } from '../../../src/workspace/processes.ts';
import { SecretRedactor } from '../../../src/workspace/redact.ts';
import { HurriedClock } from '../../support/hurriedClock.ts';
import { ScriptedModel } from '../../support/scriptedModel/scriptedModel.ts';
import type { Script } from '../../support/scriptedModel/scriptedReply.ts';
import { randomIds, RecordingRun, type RecordingRunOptions } from '../recordingRun.ts';

export const KEY = 'test-key-of-our-own-12345';

export interface ModelTask extends Partial<RecordingRunOptions> {
  readonly script: Script;
  readonly settings?: Partial<ModelSettings>;
  readonly approveInAdvance?: boolean;
  readonly hostModel?: HostModel;
  readonly hostTools?: () => readonly HostTool[];
  readonly clock?: Clock;
}

/** A folder, a scripted model, and tasks that are carried out with both. */
export class ModelFixture {
  readonly root: string;
  readonly server: ScriptedModel;
  /** Hurries over the waits before the model is asked again, not over the patience with its answer. */
  readonly clock = new HurriedClock(500, { upTo: 60_000 });

  private constructor(root: string, server: ScriptedModel) {
    this.root = root;
    this.server = server;
  }

  static async create(files: Readonly<Record<string, string>> = {}): Promise<ModelFixture> {
    const root = await mkdtemp(join(tmpdir(), 'model-'));
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    return new ModelFixture(root, await ScriptedModel.start([]));
  }

  async close(): Promise<void> {
    await this.server.close();
    await rm(this.root, { recursive: true });
  }

  settings(changed: Partial<ModelSettings> = {}): ModelSettings {
    return {
      ...{
        provider: 'openai-compatible',
        model: 'scripted',
        baseUrl: this.server.baseUrl,
        apiKeyEnv: 'TEST_KEY',
      },
      ...changed,
    };
  }

  async run(task: ModelTask): Promise<{ readonly outcome: TaskOutcome; readonly run: RecordingRun }> {
    const {
      script,
      settings,
      approveInAdvance = true,
      clock = this.clock,
      hostModel,
      hostTools,
      ...options
    } = task;
    this.server.use(script);
    const run = new RecordingRun({ text: 'Do it', workingDirectory: this.root, ...options });
    const environment = {
      ...{ files: createFiles(this.root), processes: createProcesses({ clock }), signal: run.signal },
      ...{ scanner: new ChangeScanner(this.root), environment: commandEnvironment(), commandTimeoutMs: null },
    };
    const permissions = new Permissions(run, { approveInAdvance, rules: [] }, new InMemoryApprovals());
    const calls = new ToolCalls({ run, permissions, environment, clock, ids: randomIds });
    const agent = createModelAgent({
      ...{
        settings: () => this.settings(settings),
        environment: { TEST_KEY: KEY },
        hostModel,
        hostTools,
        clock,
        ids: randomIds,
      },
      redactor: new SecretRedactor(),
    });
    return { outcome: await agent.carryOut({ run, calls, permissions, environment }), run };
  }
}
