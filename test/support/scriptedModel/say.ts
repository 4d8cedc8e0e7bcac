import type { ScriptedReply } from './scriptedReply.ts';

export type Say = Extract<ScriptedReply, { kind: 'say' }>;

/** The text in pieces of `size` characters. */
export function* pieces(text: string, size = 12): Generator<string> {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size);
}
