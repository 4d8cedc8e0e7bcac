import { SessionError } from '../../core/errors.ts';
import type { Clock, Ids, TaskOutcome } from '../../core/ports.ts';
import type { AgentRun } from '../agent.ts';
import type { AgentProgram } from './agentProcess.ts';
import type { FileTools } from './fileTools.ts';

export interface AcpTaskOptions {
  /** As in `acp:NAME`. */
  readonly name: string;
  readonly program: AgentProgram;
  readonly agentRun: AgentRun;
  readonly tools: FileTools;
  readonly clock: Clock;
  readonly ids: Ids;
}

type Failed = Extract<TaskOutcome, { status: 'failed' }>;

export function failed(reason: Failed['reason'], errorCode: string, error: string): Failed {
  return { status: 'failed', reason, errorCode, error };
}

/** A cancelled task's outcome; the launcher says it in its own words. */
export function cancelledOutcome(): Failed {
  return failed('cancelled', 'cancelled', new SessionError('cancelled', 'The task was cancelled.').message);
}
