import { invalidInput } from './errors.ts';
import type { SessionManager } from './sessionManager.ts';
import { attemptsOf, compareTasks, type TaskComparison } from './taskComparison.ts';

/** More than these fit side by side nowhere. */
const MAX_COMPARED = 20;

/**
 * Compares tasks: these, or all attempts of the one that is named. Rejects with `not_found`, or with `invalid_input` for none or
 * more than 20.
 */
export async function readComparison(
  sessions: Pick<SessionManager, 'getTask' | 'listTasks'>,
  taskIds: readonly string[],
): Promise<TaskComparison> {
  const named = [...new Set(taskIds)];
  if (named.length === 0 || named.length > MAX_COMPARED)
    throw invalidInput('tasks', `Name 1 to ${String(MAX_COMPARED)} tasks to compare.`);
  const read = async (id: string) => (await sessions.getTask(id)).task;
  const tasks = await Promise.all(named.map(read));
  const [only, ...others] = tasks;
  if (only === undefined || others.length > 0) return compareTasks(tasks);
  const attempts = attemptsOf(await sessions.listTasks(only.sessionId), only).slice(-MAX_COMPARED);
  return compareTasks(await Promise.all(attempts.map(({ id }) => read(id))));
}
