/**
 * Real agents that speak ACP, from npm, for the tests that run them against a scripted model: `npm run test:agents`.
 * Installed once into the cache outside git.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cacheRoot, exists } from '../vscode/cache.mts';
import { run } from '../vscode/processes.mts';

interface AgentPackage {
  readonly title: string;
  readonly package: string;
  readonly version: string;
  readonly sizeMb: number;
  /** The packages whose install scripts may run. */
  readonly allowScripts: readonly string[];
  /** What is started, below node_modules. */
  readonly entry: readonly string[];
}

const packages = {
  opencode: {
    ...{
      title: 'opencode',
      package: 'opencode-ai',
      version: '1.18.33',
      sizeMb: 354,
      allowScripts: ['opencode-ai'],
    },
    entry: ['.bin', 'opencode'],
  },
  claude: {
    ...{ title: 'the ACP adapter of Claude Code', package: '@agentclientprotocol/claude-agent-acp' },
    ...{ version: '0.101.0', sizeMb: 401, allowScripts: [] },
    entry: ['@agentclientprotocol', 'claude-agent-acp', 'dist', 'index.js'],
  },
  codex: {
    ...{ title: 'the ACP adapter of Codex', package: '@agentclientprotocol/codex-acp', version: '2.6.0' },
    ...{ sizeMb: 341, allowScripts: [] },
    entry: ['@agentclientprotocol', 'codex-acp', 'dist', 'index.js'],
  },
  gemini: {
    ...{ title: 'Gemini CLI', package: '@google/gemini-cli', version: '0.61.0', sizeMb: 122 },
    ...{ allowScripts: [] },
    entry: ['@google', 'gemini-cli', 'bundle', 'gemini.js'],
  },
  qwen: {
    ...{ title: 'Qwen Code', package: '@qwen-code/qwen-code', version: '0.24.4', sizeMb: 202 },
    ...{ allowScripts: [] },
    entry: ['@qwen-code', 'qwen-code', 'cli.js'],
  },
  copilot: {
    ...{ title: 'GitHub Copilot CLI', package: '@github/copilot', version: '1.0.102', sizeMb: 192 },
    ...{ allowScripts: [] },
    entry: ['.bin', 'copilot'],
  },
} as const satisfies Record<string, AgentPackage>;

export type InstalledAgents = Readonly<Record<keyof typeof packages, string>>;

export const agentNames = Object.keys(packages) as (keyof InstalledAgents)[];

const installTimeoutMs = 10 * 60_000;

/** The program or script of each agent that is asked for. Rejects with why one cannot be installed. */
export async function installAgents(names: readonly (keyof InstalledAgents)[]): Promise<InstalledAgents> {
  const found = await Promise.all(names.map(async name => [name, await install(packages[name])] as const));
  return Object.fromEntries(found) as InstalledAgents;
}

/** Whether an agent is in the cache already. */
export function isInstalled(name: keyof InstalledAgents): Promise<boolean> {
  return exists(join(cacheRoot(), folderOf(packages[name])));
}

function folderOf({ package: name, version }: AgentPackage): string {
  return `agent-${name.replace(/^@.*\//, '')}-${version}`;
}

async function install(agent: AgentPackage): Promise<string> {
  const folder = await cached(folderOf(agent), async target => {
    const { title, package: name, version, sizeMb } = agent;
    console.log(
      `Installing ${title} ${version} from npm into the cache (about ${String(sizeMb)} MB, once) ...`,
    );
    const allowScripts = Object.fromEntries(agent.allowScripts.map(allowed => [allowed, true]));
    await writeFile(join(target, 'package.json'), JSON.stringify({ private: true, allowScripts }));
    const args = [
      'install',
      '--prefix',
      target,
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `${name}@${version}`,
    ];
    await run('npm', args, { cwd: target, timeoutMs: installTimeoutMs });
  });
  return join(folder, 'node_modules', ...agent.entry);
}
