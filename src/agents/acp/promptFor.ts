import type { Continuation, TaskRun } from '../../core/ports.ts';
import { earlierTasks } from '../earlierTasks.ts';

/** What an agent is asked: the task; in a new conversation also what earlier tasks of our session did. */
export function promptFor(run: TaskRun, goesOn: boolean): string {
  const { description } = run.task;
  // A conversation that goes on lacks what others have done since.
  const since = goesOn ? run.earlier.findLastIndex(task => task.agent === run.task.agent) + 1 : 0;
  const earlier = earlierTasks(run.earlier.slice(since));
  const before = run.continues === undefined ? '' : interruptedText(run.continues);
  if (earlier === '') return `${before}${description}`;
  return `For your information, what earlier tasks of this session did, oldest first:\n${earlier}\n\n${before}The task:\n${description}`;
}

/** The agent's own process ended with the question: it makes the call again, and our broker knows the answer. */
function interruptedText({ waited, decision }: Continuation): string {
  const reason = decision.reason === undefined ? '' : ` and said: ${decision.reason}`;
  const answer = decision.allowed
    ? 'allows it: do it now'
    : `does not allow it${reason}: find another way, or stop`;
  return (
    `You were at this task and were interrupted while the person was asked about "${waited.subject ?? waited.tool}". The person ${answer}. ` +
    'Look at what is done already, do not do it again, and go on from there.\n\n'
  );
}
