import type { StepStatus } from '../../core/plan.ts';
import type { SessionImport } from '../../core/session.ts';
import type { FileChange, Usage } from '../../core/task.ts';

/** Another agent's history, as far as its file tells. Times are ISO 8601 UTC; what it does not tell is `null`. */
export interface Transcript {
  readonly from: Exclude<SessionImport['from'], 'archive'>;
  /** The session's id there. */
  readonly source: string;
  readonly title: string | null;
  /** The folder that the agent worked in. */
  readonly folder: string | null;
  readonly turns: readonly Turn[];
  /** Records that were not understood or stand for nothing here, by what they say they are. */
  readonly skipped: ReadonlyMap<string, number>;
}

/** One prompt and what came of it: a task. */
export interface Turn {
  readonly prompt: string;
  readonly at: string;
  readonly model: string | null;
  /** What the agent said, did and changed, in order. */
  readonly acts: readonly Act[];
  readonly usage: Usage | null;
  readonly end: TurnEnd;
}

export type Act =
  | { readonly kind: 'said'; readonly at: string; readonly text: string }
  | { readonly kind: 'called'; readonly at: string; readonly call: TranscriptCall }
  | { readonly kind: 'planned'; readonly at: string; readonly steps: readonly TranscriptStep[] }
  | { readonly kind: 'changed'; readonly at: string; readonly changes: readonly FileChange[] };

export interface TranscriptCall {
  readonly id: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** `null`: the transcript ends before it does. */
  readonly result: TranscriptResult | null;
}

export interface TranscriptResult {
  readonly at: string;
  readonly status: 'completed' | 'failed' | 'denied' | 'cancelled' | 'interrupted';
  readonly output: string;
  readonly exitCode: number | null;
  readonly error: string | null;
}

export interface TranscriptStep {
  readonly title: string;
  readonly status: StepStatus;
}

/** How a turn ended; `interrupted` is also what a transcript that says nothing of it comes to. */
export interface TurnEnd {
  readonly at: string;
  readonly status: 'completed' | 'error' | 'cancelled' | 'interrupted';
  readonly error: string | null;
}
