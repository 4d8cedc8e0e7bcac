import { invalidInput } from './errors.ts';
import type { Redactor } from './redactor.ts';
import { byteLength } from './text.ts';
import type { Decision, ToolCall } from './toolCall.ts';

const MAX_ANSWER_BYTES = 8 * 1024;

/** An answer as it is kept and passed on: fitting its question, without secrets. Rejects with `invalid_input`. */
export function parseAnswer(
  { expects, onceOnly }: Pick<ToolCall, 'expects' | 'onceOnly'>,
  { text, ...decision }: Decision,
  redactor: Redactor | undefined,
): Decision {
  const hidden = (value: string): string => redactor?.redact(value) ?? value;
  const reason = decision.reason === undefined ? {} : { reason: hidden(bounded('reason', decision.reason)) };
  if (expects !== 'text') {
    if (text !== undefined)
      throw invalidInput('text', 'This question is answered by allowing or denying, not by a text.');
    return { ...decision, ...reason, scope: onceOnly === true ? 'once' : decision.scope };
  }
  if (!decision.allowed) return { ...decision, ...reason, scope: 'once' };
  if (text === undefined || text.trim() === '')
    throw invalidInput(
      'text',
      'This question is answered by a text, and there is none. Nothing was changed.',
    );
  return { ...decision, scope: 'once', text: hidden(bounded('text', text)) };
}

function bounded(field: string, text: string): string {
  if (byteLength(text) <= MAX_ANSWER_BYTES) return text;
  throw invalidInput(field, `An answer has at most ${String(MAX_ANSWER_BYTES)} bytes. Put more into a file.`);
}
