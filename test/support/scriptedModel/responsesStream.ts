import { pieces, type Say } from './say.ts';

/** The server-sent events of OpenAI's `responses`. */
export function* responsesEvents(reply: Say, model: string, id: string): Generator<string> {
  const response = { id: `resp_${id}`, object: 'response', model, status: 'in_progress', output: [] };
  yield event('response.created', { response });
  const items = itemsOf(reply, id);
  for (const [index, item] of items.entries()) {
    const where = { output_index: index, item_id: item.id };
    const begun = item.type === 'message' ? { ...item, content: [] } : { ...item, arguments: '' };
    yield event('response.output_item.added', { ...where, item: begun });
    if (item.type === 'message') {
      for (const delta of pieces(reply.text ?? '', reply.chunkSize))
        yield event('response.output_text.delta', { ...where, content_index: 0, delta });
    } else if (item.type === 'function_call') {
      yield event('response.function_call_arguments.delta', { ...where, delta: item['arguments'] });
    }
    yield event('response.output_item.done', { ...where, item });
  }
  yield event('response.completed', {
    response: { ...response, status: 'completed', output: items, usage: usageOf(reply) },
  });
}

/** The same as one document. */
export function responsesDocument(reply: Say, model: string, id: string): object {
  const output = itemsOf(reply, id);
  return { id: `resp_${id}`, object: 'response', model, status: 'completed', output, usage: usageOf(reply) };
}

interface Item extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly type: 'message' | 'function_call' | 'custom_tool_call';
}

function itemsOf({ text, toolCalls = [] }: Say, id: string): Item[] {
  const content = [{ type: 'output_text', text: text ?? '', annotations: [] }];
  const status = 'completed';
  const message: Item = { id: `msg_${id}`, type: 'message', status, role: 'assistant', content };
  const calls = toolCalls.map(({ name, input }, index): Item => {
    const { input: raw, ...others } = input;
    const call = { id: `fc_${id}_${String(index)}`, status, call_id: `call_${id}_${String(index)}`, name };
    // A text that is all there is, is for a tool that takes no JSON.
    return typeof raw === 'string' && Object.keys(others).length === 0
      ? { ...call, type: 'custom_tool_call', input: raw }
      : { ...call, type: 'function_call', arguments: JSON.stringify(input) };
  });
  return text === undefined ? calls : [message, ...calls];
}

function usageOf({ usage = { inputTokens: 100, outputTokens: 10 } }: Say): object {
  const { inputTokens, outputTokens } = usage;
  return {
    ...{ input_tokens: inputTokens, input_tokens_details: { cached_tokens: 0 } },
    ...{ output_tokens: outputTokens, output_tokens_details: { reasoning_tokens: 0 } },
    total_tokens: inputTokens + outputTokens,
  };
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
