import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';
import { callTool, say, type Script, type ScriptedRequest } from '../support/scriptedModel/scriptedReply.ts';

/** A real agent whose history is made: from the npm packages that the benchmarks are measured against. */
export interface HistoryMaker {
  /** Runs one prompt, in a new conversation or in the last one; `kill`: until the model has begun to speak, then no more. */
  prompt(text: string, options: { readonly goesOn: boolean; readonly kill?: boolean }): Promise<void>;
  /** The calls of this agent's tools, in its words. */
  write(path: string, content: string): Script;
  edit(path: string, from: string, to: string): Script;
  command(command: string): Script;
  /** The history as the agent keeps it, or exports it: its file's name and its text. */
  history(): Promise<{ readonly name: string; readonly text: string }>;
}

export interface Place {
  /** `node_modules` with the agents. */
  readonly modules: string;
  /** Throw-away home folder. */
  readonly home: string;
  readonly project: string;
  readonly model: ScriptedModel;
}

export const HISTORIES = ['claude-code', 'codex', 'opencode', 'pi'] as const;
export type HistoryName = (typeof HISTORIES)[number];

export const SLOWLY: Script = [{ kind: 'say', text: 'slowly '.repeat(2000), pauseMs: 50 }];
const TIMEOUT_MS = 120_000;

export function historyMaker(name: HistoryName, place: Place): HistoryMaker {
  mkdirSync(place.home, { recursive: true });
  mkdirSync(place.project, { recursive: true });
  switch (name) {
    case 'claude-code':
      return claudeCode(place);
    case 'codex':
      return codex(place);
    case 'opencode':
      return opencode(place);
    case 'pi':
      return pi(place);
  }
}

function claudeCode(place: Place): HistoryMaker {
  const config = join(place.home, '.claude');
  const [program] = globSync(join(place.modules, '@anthropic-ai/claude-agent-sdk-*/claude'));
  const env = {
    ...{ ANTHROPIC_BASE_URL: place.model.origin, ANTHROPIC_API_KEY: 'none', CLAUDE_CONFIG_DIR: config },
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  };
  return {
    prompt: (text, { goesOn, kill }) =>
      run(place, program, ['-p', text, '--allowedTools=Write,Edit,Bash', ...(goesOn ? ['--continue'] : [])], {
        env,
        kill,
      }).then(() => undefined),
    write: (file_path, content) => whenTooled('Write', { file_path, content }),
    edit: (file_path, old_string, new_string) => whenTooled('Edit', { file_path, old_string, new_string }),
    command: command => whenTooled('Bash', { command, description: 'Runs it' }),
    history: () => newest(join(config, 'projects/*/*.jsonl')),
  };
}

function codex(place: Place): HistoryMaker {
  const config = join(place.home, '.codex');
  const [program] = globSync(join(place.modules, '@openai/codex-linux-*/vendor/*/bin/codex'));
  mkdirSync(config, { recursive: true });
  const settings = `model = "gpt-5.5"
model_provider = "scripted"
[model_providers.scripted]
name = "scripted"
base_url = "${place.model.baseUrl}"
wire_api = "responses"
env_key = "SCRIPTED_KEY"
`;
  writeFileSync(join(config, 'config.toml'), settings);
  const env = { CODEX_HOME: config, SCRIPTED_KEY: 'none' };
  const flags = ['--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'];
  const patch = (input: string): Script => whenTooled('apply_patch', { input });
  return {
    prompt: (text, { goesOn, kill }) =>
      run(place, program, ['exec', ...(goesOn ? ['resume', '--last'] : []), ...flags, text], {
        env,
        kill,
      }).then(() => undefined),
    write: (path, content) =>
      patch(`*** Begin Patch\n*** Add File: ${path}\n${prefixed('+', content)}*** End Patch\n`),
    edit: (path, from, to) =>
      patch(
        `*** Begin Patch\n*** Update File: ${path}\n@@\n${prefixed('-', from)}${prefixed('+', to)}*** End Patch\n`,
      ),
    command: cmd => whenTooled('exec_command', { cmd }),
    history: () => newest(join(config, 'sessions/*/*/*/rollout-*.jsonl')),
  };
}

function opencode(place: Place): HistoryMaker {
  const [program] = globSync(join(place.modules, 'opencode-linux-x64/bin/opencode'));
  const scripted = { name: 'scripted', tool_call: true, limit: { context: 100_000, output: 8000 } };
  const { baseUrl: baseURL } = place.model;
  const config = {
    provider: {
      scripted: {
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL, apiKey: 'none' },
        models: { scripted },
      },
    },
    ...{ model: 'scripted/scripted', small_model: 'scripted/scripted', enabled_providers: ['scripted'] },
    ...{ permission: { edit: 'allow', bash: 'allow' }, share: 'disabled', autoupdate: false },
  };
  const env = {
    OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
    ...{ OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' },
    ...{ OPENCODE_DISABLE_LSP_DOWNLOAD: '1', OPENCODE_DISABLE_DEFAULT_PLUGINS: '1' },
  };
  return {
    prompt: (text, { goesOn, kill }) =>
      run(place, program, ['run', text, '--pure', ...(goesOn ? ['--continue'] : [])], { env, kill }).then(
        () => undefined,
      ),
    write: (filePath, content) => whenTooled('write', { filePath, content }),
    edit: (filePath, oldString, newString) => whenTooled('edit', { filePath, oldString, newString }),
    command: command => whenTooled('bash', { command, description: 'Runs it' }),
    async history() {
      const list = await run(place, program, ['session', 'list', '--format', 'json'], { env });
      const [session] = JSON.parse(list) as { id: string }[];
      if (session === undefined) throw new Error('opencode has no session.');
      const text = await run(place, program, ['export', session.id], { env });
      return { name: `${session.id}.json`, text: text.slice(text.indexOf('{')) };
    },
  };
}

function pi(place: Place): HistoryMaker {
  const config = join(place.home, '.pi/agent');
  const program = join(place.modules, '@earendil-works/pi-coding-agent/dist/bundle/cli.js');
  const { baseUrl } = place.model;
  mkdirSync(config, { recursive: true });
  const scripted = { baseUrl, api: 'openai-completions', apiKey: 'none', models: [{ id: 'scripted' }] };
  writeFileSync(join(config, 'models.json'), JSON.stringify({ providers: { scripted } }));
  const args = [program, '--provider', 'scripted', '--model', 'scripted', '--print'];
  return {
    prompt: (text, { goesOn, kill }) =>
      run(place, process.execPath, [...args, ...(goesOn ? ['--continue'] : []), text], {
        env: { PI_OFFLINE: '1' },
        kill,
      }).then(() => undefined),
    write: (path, content) => whenTooled('write', { path, content }),
    edit: (path, oldText, newText) => whenTooled('edit', { path, edits: [{ oldText, newText }] }),
    command: command => whenTooled('bash', { command }),
    history: () => newest(join(config, 'sessions/*/*.jsonl')),
  };
}

/** Agents ask their model for titles, too: only the request that offers the tool is the task. */
function whenTooled(tool: string, input: Readonly<Record<string, unknown>>): Script {
  return request => {
    if (!request.tools.includes(tool)) return say('A title');
    return lastIsResult(request) ? say('That is all.') : callTool(tool, input);
  };
}

function lastIsResult({ body }: ScriptedRequest): boolean {
  const messages = body['messages'] ?? body['input'];
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  return /"(?:tool_result|role":"tool|[a-z_]+_call_output)"/.test(JSON.stringify(last ?? ''));
}

interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly kill?: boolean | undefined;
}

async function run(
  { home, project, model }: Place,
  program: string | undefined,
  args: readonly string[],
  { env, kill }: RunOptions,
): Promise<string> {
  if (program === undefined) throw new Error('The agent is not installed for this machine.');
  const xdg = Object.fromEntries(
    ['config', 'data', 'cache', 'state'].map(name => [`XDG_${name.toUpperCase()}_HOME`, join(home, name)]),
  );
  const asked = model.requests.length;
  const child = spawn(program, args, {
    ...{ cwd: project, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS, detached: true },
    env: { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', TERM: 'dumb', ...xdg, ...env },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  if (kill === true && child.pid !== undefined) {
    while (
      model.requests.slice(asked).every(request => request.tools.length === 0) &&
      child.exitCode === null
    )
      await new Promise(resolve => setTimeout(resolve, 50));
    await new Promise(resolve => setTimeout(resolve, 1500));
    process.kill(-child.pid, 'SIGKILL');
  }
  const [code] = await closed;
  if (code !== 0 && kill !== true) throw new Error(`${program} ended with ${String(code)}: ${errors}`);
  return output;
}

function newest(pattern: string): Promise<{ name: string; text: string }> {
  const file = globSync(pattern).sort().at(-1);
  if (file === undefined) return Promise.reject(new Error(`There is no ${pattern}.`));
  return Promise.resolve({ name: file.split('/').at(-1) ?? '', text: readFileSync(file, 'utf8') });
}

function prefixed(prefix: string, text: string): string {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map(line => `${prefix}${line}\n`)
    .join('');
}
