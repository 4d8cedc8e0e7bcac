import { askForApproval } from './approval.ts';
import { GivenAnswer } from './continuation.ts';
import type {
  ApprovalPolicy,
  Clock,
  Continuation,
  Ids,
  SessionLedger,
  SessionStore,
  TaskRun,
  VerifyRequest,
  WorkspaceGate,
} from './ports.ts';
import type { Redactor } from './redactor.ts';
import type { SessionChange } from './sessionChange.ts';
import { TaskRecorder } from './taskRecorder.ts';
import { taskOf } from './taskTurn.ts';

/** What every run of a task works with. */
export interface RunPorts {
  readonly store: Pick<SessionStore, 'createBlob'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly gate: WorkspaceGate;
  readonly approvals: ApprovalPolicy;
  readonly redactor?: Redactor | undefined;
  readonly publish: (change: SessionChange) => void;
}

/** Writes what a run does, under the run right `epoch`, and tells listeners what it prints. */
export function recorderOf(
  { store, clock, redactor, publish }: RunPorts,
  ledger: SessionLedger,
  taskId: string,
  epoch: number,
  signal: AbortSignal,
): TaskRecorder {
  const { sessionId } = ledger.state.metadata;
  return new TaskRecorder({
    ...{ ledger, taskId, epoch, clock, signal, redactor },
    createBlob: () => store.createBlob(),
    onOutput: (callId, text) => {
      publish({ kind: 'output', sessionId, taskId, callId, text });
    },
    onPause: error => {
      publish({ kind: 'paused', sessionId, taskId, error });
    },
  });
}

export interface RunRequest {
  readonly taskId: string;
  /** The text as it was given: the record of it holds no secrets. */
  readonly text: string;
  readonly instructed: boolean;
  readonly verify?: VerifyRequest | undefined;
  readonly continues?: Continuation | undefined;
}

/** The run as whoever carries it out sees it. Rejects with `not_trusted` or `invalid_input` when its folder cannot be used. */
export async function runOnLedger(
  { clock, ids, gate, approvals: policy }: RunPorts,
  ledger: SessionLedger,
  recorder: TaskRecorder,
  { taskId, text, instructed, verify, continues }: RunRequest,
  signal: AbortSignal,
): Promise<TaskRun> {
  const given = new GivenAnswer(continues);
  const workingDirectory = await gate.resolveWorkingDirectory(ledger.state.metadata.workingDirectory);
  return {
    task: { ...taskOf(ledger, taskId), description: text },
    latest: () => taskOf(ledger, taskId),
    ...{ instructed, verify, continues, signal },
    session: { ...ledger.state.metadata, workingDirectory },
    earlier: [...ledger.state.tasks].filter(task => task.id !== taskId && task.startedAt !== undefined),
    record: (...events) => recorder.record(...events),
    output: (callId, text) => recorder.output(callId, text),
    ask: (callId, question) =>
      askForApproval(
        {
          ...{ ledger, recorder, taskId, callId, policy, clock, ids, signal },
          given: given.take(ledger.state.toolCalls.get(callId), question),
        },
        question,
      ),
  };
}
