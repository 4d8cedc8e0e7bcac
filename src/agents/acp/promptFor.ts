import type { TaskRun } from '../../core/ports.ts';
import { earlierTasks } from '../earlierTasks.ts';

/** What an agent is asked: the task; in a new conversation also what earlier tasks of our session did. */
export function promptFor(run: TaskRun, goesOn: boolean): string {
  const { description } = run.task;
  // A conversation that goes on lacks what others have done since.
  const since = goesOn ? run.earlier.findLastIndex(task => task.agent === run.task.agent) + 1 : 0;
  const earlier = earlierTasks(run.earlier.slice(since));
  if (earlier === '') return description;
  return `For your information, what earlier tasks of this session did, oldest first:\n${earlier}\n\nThe task:\n${description}`;
}
