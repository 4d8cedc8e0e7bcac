import { pieces, type Say } from './say.ts';

/** The server-sent events of an OpenAI chat completion. */
export function* openAiEvents(reply: Say, model: string, id: string): Generator<string> {
  const base = { id, object: 'chat.completion.chunk', created: 1_767_225_600, model };
  const chunk = (delta: object, finish: string | null = null): string =>
    event({ ...base, choices: [{ index: 0, delta, finish_reason: finish }] });
  yield chunk({ role: 'assistant', content: '' });
  for (const content of pieces(reply.text ?? '', reply.chunkSize)) yield chunk({ content });
  const calls = reply.toolCalls ?? [];
  for (const [index, call] of calls.entries()) {
    const callId = call.id ?? `call_${id}_${String(index)}`;
    yield chunk({
      tool_calls: [{ index, id: callId, type: 'function', function: { name: call.name, arguments: '' } }],
    });
    for (const part of pieces(reply.rawArguments ?? JSON.stringify(call.input), reply.chunkSize)) {
      yield chunk({ tool_calls: [{ index, function: { arguments: part } }] });
    }
  }
  yield chunk({}, reply.isCut === true ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop');
  yield event({ ...base, choices: [], usage: usageOf(reply) });
  yield 'data: [DONE]\n\n';
}

/** The same as one document. */
export function openAiDocument(reply: Say, model: string, id: string): object {
  const calls = (reply.toolCalls ?? []).map((call, index) => ({
    id: call.id ?? `call_${id}_${String(index)}`,
    type: 'function',
    function: { name: call.name, arguments: reply.rawArguments ?? JSON.stringify(call.input) },
  }));
  const message = {
    role: 'assistant',
    content: reply.text ?? null,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  const choice = { index: 0, message, finish_reason: calls.length > 0 ? 'tool_calls' : 'stop' };
  return {
    id,
    object: 'chat.completion',
    created: 1_767_225_600,
    model,
    choices: [choice],
    usage: usageOf(reply),
  };
}

function usageOf({ usage = { inputTokens: 100, outputTokens: 10 } }: Say): object {
  const { inputTokens, outputTokens } = usage;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
