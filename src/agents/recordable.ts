import type { TaskEvent } from '../core/events.ts';
import type { FileChange } from '../core/task.ts';
import { byteLength, firstBytes } from '../core/text.ts';
import { sha256 } from '../workspace/content.ts';
import type { ToolInput } from './tools/tool.ts';

const MAX_TEXT_BYTES = 8 * 1024;
const MAX_BATCH_BYTES = 32 * 1024;
/** So many changed files of one call are on record one by one. */
const MAX_RECORDED_CHANGES = 5000;

/** Arguments as a record keeps them: long texts are cut, and say their length and SHA-256. */
export function recordableInput(input: ToolInput): ToolInput {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      typeof value === 'string' ? shortened(value) : value,
    ]),
  );
}

/** Whether a record has all of the arguments. */
export function isWholeInput(input: ToolInput): boolean {
  return !Object.values(input).some(value => typeof value === 'string' && CUT.test(value));
}

const CUT = /\n\[\d+ bytes in all, SHA-256 [0-9a-f]{64}\]$/;

function shortened(text: string): string {
  const bytes = byteLength(text);
  if (bytes <= MAX_TEXT_BYTES) return text;
  return `${firstBytes(text, MAX_TEXT_BYTES)}\n[${bytes} bytes in all, SHA-256 ${sha256(text)}]`;
}

/** Changed files as records that each fit in a journal line. */
export function fileEvents(taskId: string, changes: readonly FileChange[]): TaskEvent[] {
  const events: TaskEvent[] = [];
  let batch: FileChange[] = [];
  let size = 0;
  const flush = (): void => {
    if (batch.length > 0) events.push({ type: 'filesChanged', data: { taskId, changes: batch } });
    batch = [];
    size = 0;
  };
  for (const change of changes.slice(0, MAX_RECORDED_CHANGES)) {
    const bytes = byteLength(JSON.stringify(change));
    if (size + bytes > MAX_BATCH_BYTES) flush();
    batch.push(change);
    size += bytes;
  }
  flush();
  return events;
}
