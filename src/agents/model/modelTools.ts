import { jsonSchema, type Tool as SdkTool, tool, type ToolSet } from 'ai';
import type { Tool } from '../tools/tool.ts';

/** The tools that act and the two that the loop carries out itself, as the model is told of them. No tool runs inside the SDK. */
export function toolsForModel(actingTools: ReadonlyMap<string, Tool<unknown>>): ToolSet {
  const acting = [...actingTools.values()].map(({ name, description, parameters, inputSchema }): Named => {
    if (inputSchema !== undefined)
      return [name, tool({ description, inputSchema: jsonSchema<Record<string, unknown>>(inputSchema) })];
    const properties = Object.entries(parameters).map(([key, meaning]) => [
      key,
      { type: 'string', description: meaning },
    ]);
    return [name, described(description, Object.fromEntries(properties) as Properties)];
  });
  return Object.fromEntries<SdkTool>([...acting, ['update_plan', updatePlan()], ['ask_user', askUser()]]);
}

type Named = readonly [name: string, tool: SdkTool];
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
