import { inertText } from '../../core/inertText.ts';
import type { Ids, TaskRun } from '../../core/ports.ts';
import { byteLength } from '../../core/text.ts';
import { sha256 } from '../../workspace/content.ts';

const MAX_QUESTION_BYTES = 8 * 1024;

/** Puts a model's question to the person. Resolves with what the model is told. Rejects when the task is cancelled. */
export async function askUser(
  run: TaskRun,
  ids: Ids,
  stepId: string | null,
  question: string,
): Promise<string> {
  if (question.trim() === '') return 'The question was empty. Nobody was asked.';
  if (byteLength(question) > MAX_QUESTION_BYTES)
    return 'The question was too long. Nobody was asked. Ask in a few sentences.';
  const callId = `call-${ids.hex(16)}`;
  const taskId = run.task.id;
  const input = { question };
  await run.record({ type: 'toolCallRequested', data: { taskId, callId, stepId, tool: 'ask_user', input } });
  const { allowed, by, reason, text } = await run.ask(callId, {
    subject: inertText(question),
    hash: sha256(question),
    expects: 'text',
  });
  await run.record({ type: 'toolCallEnded', data: { taskId, callId, status: 'completed', duration: null } });
  if (by === 'none')
    return `Nobody answered: ${reason ?? ''} Decide yourself, choose what can be undone, and say so at the end.`;
  if (allowed) return `The person answered: ${text ?? ''}`;
  const why = reason === undefined ? '' : ` and said: ${reason}`;
  return `The person did not answer the question${why}. Decide yourself, choose what can be undone, and say so at the end.`;
}
