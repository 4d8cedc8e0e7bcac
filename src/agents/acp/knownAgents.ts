/** How an agent that speaks ACP is started. */
export interface AcpAgentSettings {
  readonly command: string;
  readonly args?: readonly string[] | undefined;
  /** `${env:NAME}` in a value stands for that variable of ours, so that no key need be in a file. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** An agent that is known to speak ACP. It is offered where it is installed, and used only when a person chooses it. */
export interface KnownAgent extends AcpAgentSettings {
  /** As in `acp:NAME`. */
  readonly name: string;
  readonly title: string;
  /** How it is installed. */
  readonly install: string;
}

const OPENCODE_ASKS = JSON.stringify({ edit: 'ask', bash: 'ask', webfetch: 'ask' });

/** Those that were run against this client, and how. */
export const KNOWN_AGENTS: readonly KnownAgent[] = [
  {
    ...{ name: 'claude', title: 'Claude Code', command: 'claude-agent-acp', args: [] },
    install: 'npm install -g @agentclientprotocol/claude-agent-acp',
  },
  {
    ...{ name: 'codex', title: 'Codex', command: 'codex-acp', args: [] },
    install: 'npm install -g @agentclientprotocol/codex-acp',
  },
  {
    ...{ name: 'gemini', title: 'Gemini CLI', command: 'gemini', args: ['--acp'] },
    install: 'npm install -g @google/gemini-cli',
  },
  {
    ...{ name: 'opencode', title: 'opencode', command: 'opencode', args: ['acp'] },
    // It allows itself everything unless it is told to ask.
    env: { OPENCODE_PERMISSION: OPENCODE_ASKS },
    install: 'npm install -g opencode-ai',
  },
  {
    ...{ name: 'qwen', title: 'Qwen Code', command: 'qwen', args: ['--acp'] },
    install: 'npm install -g @qwen-code/qwen-code',
  },
  {
    ...{ name: 'copilot', title: 'GitHub Copilot CLI', command: 'copilot', args: ['--acp'] },
    install: 'npm install -g @github/copilot',
  },
];
