import type { IncomingHttpHeaders } from 'node:http';
import type { Protocol, ScriptedRequest } from './scriptedReply.ts';

type Json = Readonly<Record<string, unknown>>;

/** Reads what each protocol sends into one form. `path` names the model for Gemini. */
export function parseRequest(
  index: number,
  protocol: Protocol,
  headers: IncomingHttpHeaders,
  path: string,
  body: Json,
): ScriptedRequest {
  const [, named, method] = /\/models\/([^/:]+):(\w+)$/.exec(path) ?? [];
  const messages = list(body['messages'] ?? body['input'] ?? body['contents']);
  const system = body['system'] ?? body['instructions'] ?? record(body['systemInstruction'])?.['parts'];
  const tools = list(body['tools']).flatMap(tool => {
    const declared = list(tool['functionDeclarations']);
    return declared.length > 0 ? declared : [tool];
  });
  return {
    ...{ index, protocol, headers, body, toolResults: messages.flatMap(RESULTS[protocol]) },
    model: named ?? (typeof body['model'] === 'string' ? body['model'] : ''),
    stream: method === undefined ? body['stream'] === true : method.startsWith('stream'),
    tools: tools.map(toolName),
    text: [
      textOf(system),
      textOf(typeof body['input'] === 'string' ? body['input'] : ''),
      ...messages.map(message => textOf(message['content'] ?? message['parts'] ?? message['output'])),
    ].join('\n'),
  };
}

/** What came of calls, told in one message. */
const RESULTS: Readonly<Record<Protocol, (message: Json) => string[]>> = {
  openai: message => (message['role'] === 'tool' ? [textOf(message['content'])] : []),
  responses: message =>
    /^(?:function|custom_tool)_call_output$/.test(String(message['type'])) ? [textOf(message['output'])] : [],
  anthropic: message =>
    list(message['content'])
      .filter(part => part['type'] === 'tool_result')
      .map(part => textOf(part['content'])),
  gemini: message =>
    list(message['parts'])
      .map(part => record(part['functionResponse']))
      .filter(response => response !== undefined)
      .map(response => JSON.stringify(response['response'] ?? null)),
};

function toolName(tool: Json): string {
  const described = record(tool['function']) ?? tool;
  return typeof described['name'] === 'string' ? described['name'] : '';
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
