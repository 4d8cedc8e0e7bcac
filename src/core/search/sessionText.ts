import type { SessionState } from '../state.ts';
import type { AgentTask, FileChange } from '../task.ts';
import type { ToolCall } from '../toolCall.ts';
import type { SearchField } from './searchPage.ts';

/** A session with all that its calls printed, as far as that is kept. */
export interface SessionText {
  readonly state: SessionState;
  /** What a call printed; its end where the rest is nowhere any more. */
  outputOf(call: ToolCall): string;
}

export interface FieldText {
  readonly field: SearchField;
  readonly text: string;
}

/** The calls of each task, oldest first. */
export function callsByTask(state: SessionState): ReadonlyMap<string, readonly ToolCall[]> {
  const calls = new Map<string, ToolCall[]>();
  for (const call of state.toolCalls) {
    const list = calls.get(call.taskId);
    if (list === undefined) calls.set(call.taskId, [call]);
    else list.push(call);
  }
  return calls;
}

/** Every text of a task that is searched, the most telling first. */
export function* textsOfTask(
  task: AgentTask,
  calls: readonly ToolCall[],
  outputOf: SessionText['outputOf'],
): Generator<FieldText> {
  yield { field: 'task', text: task.description };
  for (const text of task.filesChanged.flatMap(pathsOf)) yield { field: 'file', text };
  for (const call of calls) for (const text of textsOfInput(call.input)) yield { field: 'command', text };
  for (const text of [summaryOf(task.result), task.error]) {
    if (text !== undefined) yield { field: 'output', text };
  }
  for (const call of calls) {
    if (call.error !== undefined) yield { field: 'output', text: call.error };
    yield { field: 'output', text: outputOf(call) };
  }
}

/** All of a session but what its calls printed, in no order: what an index of it must know. */
export function* textsOfState(state: SessionState): Generator<string> {
  yield state.metadata.title;
  for (const task of state.tasks) for (const { text } of textsOfTask(task, [], () => '')) yield text;
  for (const { input, error } of state.toolCalls) {
    yield* textsOfInput(input);
    if (error !== undefined) yield error;
  }
}

export function pathsOf({ path, from }: Pick<FileChange, 'path' | 'from'>): string[] {
  return from === undefined ? [path] : [path, from];
}

/** What a call was asked to do: its command, its paths, the texts that it was to write. */
export function textsOfInput(input: ToolCall['input']): string[] {
  return Object.values(input).filter(value => typeof value === 'string');
}

/** What the agent reports of a task. */
export function summaryOf(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('summary' in result)) return undefined;
  return typeof result.summary === 'string' ? result.summary : undefined;
}
