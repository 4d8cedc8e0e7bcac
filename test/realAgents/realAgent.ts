import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AcpAgentSettings } from '../../src/agents/acp/knownAgents.ts';
import { type InstalledAgents, installAgents } from '../../scripts/agents/install.mts';
import type { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';
import { callTool, say, type Script } from '../support/scriptedModel/scriptedReply.ts';

export type RealAgentName = keyof InstalledAgents;

/** One real agent, as it is started against a scripted model in a throw-away home. */
export interface RealAgent {
  readonly settings: AcpAgentSettings;
  /** Has the model write this file, if it is allowed to, and then say what came of it. */
  writeFile(path: string, content: string): Script;
  /** The tool that this is on our record. */
  readonly recordedAs: 'write_file' | 'run_command';
  /** Whether it throws a conversation away that has no answer yet when its client goes. */
  readonly forgetsUnanswered?: boolean;
}

/** The agent from the cache, installed first when it is not there. Rejects with why it cannot be. */
export async function realAgent(name: RealAgentName, model: ScriptedModel, home: string): Promise<RealAgent> {
  const program = (await installAgents([name]))[name];
  await mkdir(home, { recursive: true });
  const variables = {
    HOME: home,
    ...{ XDG_CONFIG_HOME: join(home, 'config'), XDG_DATA_HOME: join(home, 'data') },
    ...{ XDG_CACHE_HOME: join(home, 'cache'), XDG_STATE_HOME: join(home, 'state') },
  };
  return starters[name]({ program, model, home, variables });
}

interface Start {
  readonly program: string;
  readonly model: ScriptedModel;
  readonly home: string;
  readonly variables: Readonly<Record<string, string>>;
}

const starters: Readonly<Record<RealAgentName, (start: Start) => RealAgent | Promise<RealAgent>>> = {
  opencode({ program, model, variables }) {
    const scripted = { name: 'scripted', tool_call: true, limit: { context: 100_000, output: 8000 } };
    const config = {
      provider: {
        scripted: {
          npm: '@ai-sdk/openai-compatible',
          options: { baseURL: model.baseUrl, apiKey: 'none' },
          models: { scripted },
        },
      },
      ...{ model: 'scripted/scripted', small_model: 'scripted/scripted', enabled_providers: ['scripted'] },
      ...{ permission: { edit: 'ask', bash: 'ask' }, share: 'disabled', autoupdate: false },
    };
    const off = ['AUTOUPDATE', 'MODELS_FETCH', 'LSP_DOWNLOAD', 'DEFAULT_PLUGINS'].map(what => [
      `OPENCODE_DISABLE_${what}`,
      '1',
    ]);
    const env = {
      ...variables,
      ...(Object.fromEntries(off) as Record<string, string>),
      OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
    };
    return {
      settings: { command: program, args: ['acp', '--pure'], env },
      writeFile: (filePath, content) => whenTooled('write', { filePath, content }),
      recordedAs: 'write_file',
    };
  },

  claude({ program, model, home, variables }) {
    const env = {
      ...variables,
      ...{ ANTHROPIC_BASE_URL: model.origin, ANTHROPIC_API_KEY: 'none' },
      ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', CLAUDE_CONFIG_DIR: join(home, 'claude') },
    };
    return {
      settings: { command: process.execPath, args: [program], env },
      writeFile: (file_path, content) => whenTooled('Write', { file_path, content }),
      recordedAs: 'write_file',
    };
  },

  async qwen({ program, model, home, variables }) {
    await save(join(home, '.qwen', 'settings.json'), {
      security: { auth: { selectedType: 'openai' } },
      privacy: { usageStatisticsEnabled: false },
      general: { disableAutoUpdate: true },
    });
    const own = { OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: 'none', OPENAI_MODEL: 'scripted' };
    return {
      settings: { command: process.execPath, args: [program, '--acp'], env: { ...variables, ...own } },
      writeFile: (file_path, content) => whenTooled('write_file', { file_path, content }),
      recordedAs: 'write_file',
    };
  },

  async gemini({ program, model, home, variables }) {
    await save(join(home, '.gemini', 'settings.json'), {
      security: { auth: { selectedType: 'gemini-api-key' } },
      privacy: { usageStatisticsEnabled: false },
      general: { enableAutoUpdate: false },
      telemetry: { enabled: false },
    });
    const own = { GOOGLE_GEMINI_BASE_URL: model.origin, GEMINI_API_KEY: 'none', GEMINI_MODEL: 'scripted' };
    return {
      settings: { command: process.execPath, args: [program, '--acp'], env: { ...variables, ...own } },
      writeFile: (file_path, content) => whenTooled('write_file', { file_path, content }),
      recordedAs: 'write_file',
      forgetsUnanswered: true,
    };
  },

  async codex({ program, model, home, variables }) {
    const config = [
      'model = "scripted"',
      'model_provider = "scripted"',
      '[model_providers.scripted]',
      'name = "scripted"',
      `base_url = "${model.baseUrl}"`,
      'wire_api = "responses"',
      'env_key = "SCRIPTED_KEY"',
      '[analytics]',
      'enabled = false',
    ];
    await mkdir(join(home, '.codex'), { recursive: true });
    await writeFile(join(home, '.codex', 'config.toml'), `${config.join('\n')}\n`);
    const own = { CODEX_HOME: join(home, '.codex'), SCRIPTED_KEY: 'none' };
    return {
      settings: { command: process.execPath, args: [program], env: { ...variables, ...own } },
      // It gives models that it does not know no tool for files.
      writeFile: (file, content) =>
        whenTooled('exec_command', {
          cmd: `printf %s '${content}' > '${file}'`,
          ...{ sandbox_permissions: 'require_escalated', justification: 'It was asked for.' },
        }),
      recordedAs: 'run_command',
    };
  },

  copilot({ program, model, variables }) {
    const own = {
      ...{ COPILOT_PROVIDER_TYPE: 'openai', COPILOT_PROVIDER_BASE_URL: model.baseUrl },
      ...{ COPILOT_PROVIDER_API_KEY: 'none', COPILOT_MODEL: 'scripted', COPILOT_OFFLINE: 'true' },
    };
    return {
      settings: { command: program, args: ['--acp'], env: { ...variables, ...own } },
      writeFile: (path, content) => whenTooled('create', { path, file_text: content }),
      recordedAs: 'write_file',
    };
  },
};

async function save(file: string, content: object): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(content));
}

/** Agents ask their model for titles and summaries, too: only the request that offers the tool is the task. */
function whenTooled(tool: string, input: Readonly<Record<string, unknown>>): Script {
  let called = 0;
  return request => {
    if (!request.tools.includes(tool)) return say('A title');
    // Some ask once more for memories or a summary: they get no second call.
    if (called > 0 && request.toolResults.length > 0) return say('That is all.');
    called++;
    return callTool(tool, input);
  };
}
