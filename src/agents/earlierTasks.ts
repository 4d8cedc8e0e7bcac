import type { AgentTask } from '../core/task.ts';
import { firstBytes } from '../core/text.ts';

const MAX_EARLIER_TASKS = 12;
const MAX_EARLIER_BYTES = 12 * 1024;
const MAX_TEXT_BYTES = 600;
const MAX_FILES = 30;

/** What earlier tasks of a session did, in a few lines each, oldest first; empty when there are none. */
export function earlierTasks(tasks: readonly AgentTask[]): string {
  const lines: string[] = [];
  let bytes = 0;
  for (const task of tasks.slice(-MAX_EARLIER_TASKS).reverse()) {
    const line = earlierTask(task);
    bytes += Buffer.byteLength(line);
    if (bytes > MAX_EARLIER_BYTES) break;
    lines.unshift(line);
  }
  return lines.join('\n');
}

function earlierTask(task: AgentTask): string {
  const outcome = task.status === 'failed' ? `failed (${task.reason ?? 'error'})` : task.status;
  const files = task.filesChanged.slice(0, MAX_FILES).map(change => `${change.kind} ${change.path}`);
  const more = task.filesChanged.length - files.length;
  const told = task.status === 'failed' ? task.error : summaryOf(task.result);
  return [
    `- "${short(task.description)}": ${outcome}.`,
    ...(told === undefined || told === '' ? [] : [`  ${short(told)}`]),
    ...(files.length === 0
      ? []
      : [`  Files: ${files.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`]),
  ].join('\n');
}

function summaryOf(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('summary' in result)) return undefined;
  return typeof result.summary === 'string' ? result.summary : undefined;
}

function short(text: string): string {
  return firstBytes(text.replace(/\s+/g, ' ').trim(), MAX_TEXT_BYTES);
}
