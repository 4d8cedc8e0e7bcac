import { jsonSchema, type Tool as SdkTool, tool, type ToolSet } from 'ai';
import { deleteFile } from '../tools/deleteFile.ts';
import { editFile } from '../tools/editFile.ts';
import { listFiles } from '../tools/listFiles.ts';
import { moveFile } from '../tools/moveFile.ts';
import { readFile } from '../tools/readFile.ts';
import { runCommand } from '../tools/runCommand.ts';
import { searchFiles } from '../tools/searchFiles.ts';
import type { Tool } from '../tools/tool.ts';
import { writeFile } from '../tools/writeFile.ts';

/** The tools of CONTRACT 8 that act, each through the permission broker. */
export const ACTING_TOOLS: ReadonlyMap<string, Tool<unknown>> = new Map(
  [readFile, writeFile, editFile, listFiles, searchFiles, moveFile, deleteFile, runCommand].map(
    known => [known.name, known as Tool<unknown>] as const,
  ),
);

/** The same and the two that the loop carries out itself, as the model is told of them. No tool runs inside the SDK. */
export function toolsForModel(): ToolSet {
  const acting = [...ACTING_TOOLS.values()].map(({ name, description, parameters }) => {
    const properties = Object.entries(parameters).map(([key, meaning]) => [
      key,
      { type: 'string', description: meaning },
    ]);
    return [name, described(description, Object.fromEntries(properties) as Properties)] as const;
  });
  return Object.fromEntries([...acting, ['update_plan', updatePlan()], ['ask_user', askUser()]] as const);
}

type Properties = Record<string, Parameters<typeof jsonSchema>[0]>;

function described(description: string, properties: object): SdkTool {
  const schema = {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
  return tool({ description, inputSchema: jsonSchema<Record<string, unknown>>(schema as object) });
}

function updatePlan(): SdkTool {
  const status = { type: 'string', enum: ['pending', 'in_progress', 'completed', 'failed', 'skipped'] };
  const step = {
    type: 'object',
    properties: { title: { type: 'string', description: 'What is done, in a few words.' }, status },
    required: ['title', 'status'],
    additionalProperties: false,
  };
  const steps = {
    type: 'array',
    items: step,
    description: 'All steps of the plan, in order, not only what changed.',
  };
  return described(
    'Says what you are going to do, step by step, and how far you are. Call it first, and when it changes.',
    { steps },
  );
}

function askUser(): SdkTool {
  const question = {
    type: 'string',
    description: 'The question, with everything that is needed to answer it.',
  };
  return described('Asks the person. Only for what you cannot find out and must not decide yourself.', {
    question,
  });
}
