import type { Recipe } from './direct/recipe.ts';

const INSTRUCTION_EXAMPLES = [
  '$ npm test',
  'commit all changes with message "Add profile"',
  'create file notes.md with content: Hello',
  'replace "A" with "B" in notes.md',
];

/** What a task that nobody can do fails with: why, and every way to help. */
export function noAgentMessage(
  why: string,
  recipes: readonly Recipe[],
  found: readonly string[] = [],
): string {
  const ways = [
    `Give explicit instructions, one a line, such as: ${INSTRUCTION_EXAMPLES.join(' | ')}`,
    ...(recipes.length === 0 ? [] : [`Use a recipe: ${recipes.map(recipe => recipe.example).join(' | ')}`]),
    ...(found.length === 0
      ? []
      : [
          `Choose an agent that is on this machine, for this task or as "agent" in the settings: ${found.join(', ')}`,
        ]),
    'Connect a model: set "model" in the settings (vscode, openai-compatible for a local or hosted server, or anthropic) and choose the agent "model"',
    'Connect an agent that speaks ACP: add it to "acpAgents" in the settings and choose "acp:NAME"',
  ];
  return [
    `No agent here can do this. ${why} Nothing was changed. What would help:`,
    ...ways.map(way => `- ${way}`),
  ].join('\n');
}
