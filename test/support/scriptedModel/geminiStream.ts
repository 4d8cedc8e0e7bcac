import { pieces, type Say } from './say.ts';

/** The server-sent events of Gemini's `streamGenerateContent`. */
export function* geminiEvents(reply: Say, model: string): Generator<string> {
  for (const text of pieces(reply.text ?? '', reply.chunkSize)) yield event(document([{ text }], model));
  for (const call of callsOf(reply)) yield event(document([call], model));
  const finishReason = reply.isCut === true ? 'MAX_TOKENS' : 'STOP';
  yield event(document([{ text: '' }], model, { finishReason, usageMetadata: usageOf(reply) }));
}

/** The same as one document. */
export function geminiDocument(reply: Say, model: string): object {
  const parts = [{ text: reply.text ?? '' }, ...callsOf(reply)];
  return document(parts, model, { finishReason: 'STOP', usageMetadata: usageOf(reply) });
}

function callsOf({ toolCalls = [] }: Say): object[] {
  return toolCalls.map(({ name, input, id }) => ({ functionCall: { name, args: input, ...(id && { id }) } }));
}

function document(
  parts: readonly object[],
  modelVersion: string,
  end: { finishReason?: string; usageMetadata?: object } = {},
): object {
  const { finishReason, ...rest } = end;
  const content = { role: 'model', parts };
  return {
    candidates: [{ index: 0, content, ...(finishReason && { finishReason }) }],
    modelVersion,
    ...rest,
  };
}

function usageOf({ usage = { inputTokens: 100, outputTokens: 10 } }: Say): object {
  const { inputTokens, outputTokens } = usage;
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: outputTokens,
    totalTokenCount: inputTokens + outputTokens,
  };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
