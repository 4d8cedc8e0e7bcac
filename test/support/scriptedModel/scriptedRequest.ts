import type { IncomingHttpHeaders } from 'node:http';
import type { ScriptedRequest } from './scriptedReply.ts';

type Json = Readonly<Record<string, unknown>>;

/** Reads what either protocol sends into one form. */
export function parseRequest(
  index: number,
  protocol: ScriptedRequest['protocol'],
  headers: IncomingHttpHeaders,
  body: Json,
): ScriptedRequest {
  const messages = list(body['messages']);
  const toolResults = messages.flatMap(message =>
    protocol === 'openai' ? openAiResult(message) : anthropicResults(message),
  );
  const system = body['system'];
  return {
    ...{ index, protocol, headers, body, toolResults },
    model: typeof body['model'] === 'string' ? body['model'] : '',
    stream: body['stream'] === true,
    tools: list(body['tools']).map(toolName),
    text: [textOf(system), ...messages.map(message => textOf(message['content']))].join('\n'),
  };
}

function toolName(tool: Json): string {
  const described = record(tool['function']) ?? tool;
  return typeof described['name'] === 'string' ? described['name'] : '';
}

function openAiResult(message: Json): string[] {
  return message['role'] === 'tool' ? [textOf(message['content'])] : [];
}

function anthropicResults(message: Json): string[] {
  return list(message['content'])
    .filter(part => part['type'] === 'tool_result')
    .map(part => textOf(part['content']));
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return list(content)
    .map(part =>
      part['type'] === 'tool_result'
        ? textOf(part['content'])
        : typeof part['text'] === 'string'
          ? part['text']
          : '',
    )
    .join('\n');
}

function list(value: unknown): Json[] {
  if (!Array.isArray(value)) return [];
  return value.map(record).filter(item => item !== undefined);
}

function record(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null ? (value as Json) : undefined;
}
