import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AcpAgentSettings } from '../../src/agents/acp/knownAgents.ts';
import { type InstalledAgents, installAgents } from '../../scripts/agents/install.mts';
import type { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';
import { callTool, say, type Script, type ScriptedRequest } from '../support/scriptedModel/scriptedReply.ts';

export type RealAgentName = keyof InstalledAgents;

/** One real agent, as it is started against a scripted model in a throw-away home. */
export interface RealAgent {
  readonly settings: AcpAgentSettings;
  /** Has the model write this file, if it is allowed to, and then say what came of it. */
  writeFile(path: string, content: string): Script;
}

/** The agent from the cache, installed first when it is not there. Rejects with why it cannot be. */
export async function realAgent(name: RealAgentName, model: ScriptedModel, home: string): Promise<RealAgent> {
  const installed = (await installAgents([name]))[name];
  await mkdir(home, { recursive: true });
  const variables = {
    HOME: home,
    ...{ XDG_CONFIG_HOME: join(home, 'config'), XDG_DATA_HOME: join(home, 'data') },
    ...{ XDG_CACHE_HOME: join(home, 'cache'), XDG_STATE_HOME: join(home, 'state') },
  };
  return name === 'opencode' ? opencode(installed, model, variables) : claude(installed, model, variables);
}

type Variables = Readonly<Record<string, string>>;

function opencode(command: string, model: ScriptedModel, variables: Variables): RealAgent {
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
    ...(Object.fromEntries(off) as Variables),
    OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
  };
  return {
    settings: { command, args: ['acp', '--pure'], env },
    writeFile: (filePath, content) => whenTooled('write', { filePath, content }),
  };
}

function claude(script: string, model: ScriptedModel, variables: Variables): RealAgent {
  const env = {
    ...variables,
    ...{
      ANTHROPIC_BASE_URL: model.origin,
      ANTHROPIC_API_KEY: 'none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
    CLAUDE_CONFIG_DIR: join(variables['HOME'] ?? '', 'claude'),
  };
  return {
    settings: { command: process.execPath, args: [script], env },
    writeFile: (file_path, content) => whenTooled('Write', { file_path, content }),
  };
}

/** Agents ask their model for titles and summaries, too: only the request that offers the tool is the task. */
function whenTooled(tool: string, input: Readonly<Record<string, unknown>>): Script {
  return request => {
    if (!request.tools.includes(tool)) return say('A title');
    return lastIsResult(request) ? say('That is all.') : callTool(tool, input);
  };
}

/** Whether the model is told what came of its call. */
function lastIsResult({ body }: ScriptedRequest): boolean {
  const messages = body['messages'];
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  if (typeof last !== 'object' || last === null) return false;
  if ('role' in last && last.role === 'tool') return true;
  return 'content' in last && JSON.stringify(last.content).includes('"tool_result"');
}
