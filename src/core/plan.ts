export type StepStatus = 'pending' | 'in_progress' | 'completed' | 'failed' | 'skipped';

export interface PlanStep {
  /** Unique within the plan, opaque. */
  readonly id: string;
  readonly title: string;
  readonly status: StepStatus;
  /** What came of the step in one line, such as `exit 1` or `not run: no runner`. */
  readonly detail?: string;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
}

/** What a task intends to do. A changed plan is a new version of the same plan. */
export interface AgentPlan {
  readonly id: string;
  readonly taskId: string;
  readonly sessionId: string;
  /** From 1, without gaps. */
  readonly version: number;
  readonly steps: readonly PlanStep[];
}
