import type { Command } from 'commander';
import { type AgentEntry, type AgentState, listAgents } from '../../agents/agentList.ts';
import { inertLine } from '../../core/inertText.ts';
import { readUserConfig } from '../../host/userConfig.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { wrap } from '../textWidth.ts';

export function registerAgents(program: Command, act: Act): void {
  const agents = program
    .command('agents')
    .summary('who can carry tasks out here, and why others cannot')
    .description(
      'Who can carry tasks out here: without a model, with a model of yours, or any agent that speaks ACP.',
    );
  examples(agents, ['agents list', 'What can be used here:']);
  const list = agents
    .command('list')
    .summary('the agents: what is ready, what is missing, what to do')
    .description('Lists the agents. What is merely found on this machine is named, and never used unasked.')
    .action(act(showAgents));
  examples(
    list,
    ['agents list', 'What can be used here:'],
    ['run "Fix the failing test" --agent acp:claude', 'Use one of them for a task:'],
  );
}

async function showAgents({ context }: CommandInput): Promise<CommandResult> {
  const settings = await readUserConfig(context.profile);
  const agents = await listAgents({
    settings,
    environment: process.env,
    hostModels: undefined,
    lookForServers: true,
  });
  return { document: { agents }, text: () => agentsText(context.terminal, agents) };
}

const TITLES: readonly (readonly [state: AgentState, title: string])[] = [
  ['ready', 'Ready'],
  ['unavailable', 'Something is missing'],
  ['found', 'Found here, not chosen'],
  ['absent', 'Not installed'],
];

function agentsText(terminal: Terminal, agents: readonly AgentEntry[]): string {
  const { style } = terminal;
  const width = Math.max(...agents.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 4);
  /** What stands in the second column, on as many lines as it takes. */
  const aside = (text: string): string[] =>
    terminal.isPerson ? wrap(text, terminal.columns - indent.length) : [text];
  const blocks = TITLES.flatMap(([state, title]) => {
    const lines = agents
      .filter(agent => agent.state === state)
      .flatMap(agent => {
        const what = [
          agent.title,
          ...(agent.model === null ? [] : [agent.model]),
          ...(agent.isDefault ? ['used by auto'] : []),
        ];
        const [first = '', ...rest] = aside(inertLine(what.join(' · ')));
        const advice = agent.advice === null ? [] : aside(inertLine(agent.advice)).map(style.dim);
        return [
          `  ${agent.name.padEnd(width)}  ${first}`,
          ...[...rest, ...advice].map(line => `${indent}${line}`),
        ];
      });
    return lines.length === 0 ? [] : [[style.bold(title), ...lines].join('\n')];
  });
  return `${blocks.join('\n\n')}\n`;
}
