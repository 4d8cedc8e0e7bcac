import type { FailureReason } from '../../core/task.ts';
import type { CallOutcome } from '../toolCalls.ts';

/** Why a step ended a task. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly code: string;
  readonly reason: FailureReason;
  /** For the plan, in a few words. */
  readonly detail: string;
  readonly exitCode: number | null | undefined;

  constructor(
    reason: FailureReason,
    code: string,
    message: string,
    detail: string,
    exitCode?: number | null,
  ) {
    super(message);
    this.reason = reason;
    this.code = code;
    this.detail = detail;
    this.exitCode = exitCode;
  }
}

/** What makes a call that was not completed the end of its step. */
export function failureOf(outcome: Exclude<CallOutcome<unknown>, { status: 'completed' }>): StepFailure {
  const { error } = outcome;
  if (outcome.status === 'denied') return new StepFailure('denied', error.code, error.message, 'denied');
  const detail = outcome.result?.detail ?? FIRST_SENTENCE.exec(error.message)?.[0] ?? error.message;
  const reason =
    outcome.status === 'cancelled' ? 'cancelled' : error.code === 'timeout' ? 'timeout' : 'error';
  return new StepFailure(reason, error.code, error.message, detail, outcome.result?.exitCode);
}

const FIRST_SENTENCE = /^.+?[.:](?=\s|$)/;
