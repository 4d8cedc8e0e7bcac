import { pieces, type Say } from './say.ts';

/** The server-sent events of an Anthropic message. */
export function* anthropicEvents(reply: Say, model: string, id: string): Generator<string> {
  const { inputTokens, outputTokens } = reply.usage ?? { inputTokens: 100, outputTokens: 10 };
  const usage = { input_tokens: inputTokens, output_tokens: 1 };
  const message = { id: `msg_${id}`, type: 'message', role: 'assistant', model, content: [] };
  yield event('message_start', { message: { ...message, stop_reason: null, stop_sequence: null, usage } });
  let index = 0;
  if (reply.text !== undefined) {
    yield event('content_block_start', { index, content_block: { type: 'text', text: '' } });
    for (const text of pieces(reply.text, reply.chunkSize)) {
      yield event('content_block_delta', { index, delta: { type: 'text_delta', text } });
    }
    yield event('content_block_stop', { index: index++ });
  }
  for (const call of reply.toolCalls ?? []) {
    const block = {
      type: 'tool_use',
      id: call.id ?? `toolu_${id}_${String(index)}`,
      name: call.name,
      input: {},
    };
    yield event('content_block_start', { index, content_block: block });
    for (const part of pieces(reply.rawArguments ?? JSON.stringify(call.input), reply.chunkSize)) {
      yield event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: part } });
    }
    yield event('content_block_stop', { index: index++ });
  }
  const delta = { stop_reason: stopReason(reply), stop_sequence: null };
  yield event('message_delta', { delta, usage: { output_tokens: outputTokens } });
  yield event('message_stop', {});
}

/** The same as one document. */
export function anthropicDocument(reply: Say, model: string, id: string): object {
  const { inputTokens, outputTokens } = reply.usage ?? { inputTokens: 100, outputTokens: 10 };
  const content = [
    ...(reply.text === undefined ? [] : [{ type: 'text', text: reply.text }]),
    ...(reply.toolCalls ?? []).map((call, index) => ({
      ...{
        type: 'tool_use',
        id: call.id ?? `toolu_${id}_${String(index)}`,
        name: call.name,
        input: call.input,
      },
    })),
  ];
  const usage = { input_tokens: inputTokens, output_tokens: outputTokens };
  return {
    ...{ id: `msg_${id}`, type: 'message', role: 'assistant', model, content, usage },
    ...{ stop_reason: stopReason(reply), stop_sequence: null },
  };
}

function stopReason(reply: Say): string {
  if (reply.isCut === true) return 'max_tokens';
  return (reply.toolCalls ?? []).length > 0 ? 'tool_use' : 'end_turn';
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
