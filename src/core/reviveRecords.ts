import type { AgentPlan, PlanStep } from './plan.ts';
import type { AgentTask } from './task.ts';
import type { ToolCall } from './toolCall.ts';
import { writtenDate } from './writtenDate.ts';

/** Dates travel as ISO strings: records that were read from JSON get their `Date`s here. */
export function reviveTask(task: AgentTask): AgentTask {
  const { plan, undone, verification } = task;
  const revived = reviveDates(task, TASK_DATES);
  if (plan === undefined && undone === undefined && verification === null) return revived;
  return {
    ...revived,
    ...(plan === undefined ? {} : { plan: revivePlan(plan) }),
    ...(undone === undefined ? {} : { undone: reviveDates(undone, AT) }),
    verification: verification === null ? null : reviveDates(verification, AT),
  };
}

export function revivePlan(plan: AgentPlan): AgentPlan {
  return { ...plan, steps: plan.steps.map(reviveStep) };
}

/**
 * The same for a record that is as this program wrote it, and that nobody else has: it is changed, which costs a third of
 * copying it.
 */
export function reviveOwnTask(task: AgentTask): AgentTask {
  const { plan } = task;
  setDates(task, TASK_DATES, writtenDate);
  if (plan !== undefined) reviveOwnPlan(plan);
  reviveOwnEvidence(task);
  return task;
}

/** The same where it has its own dates, and those of its steps, already. */
export function reviveOwnEvidence({ undone, verification }: AgentTask): void {
  if (undone !== undefined) setDates(undone, AT, writtenDate);
  if (verification !== null) setDates(verification, AT, writtenDate);
}

export function reviveOwnPlan(plan: AgentPlan): AgentPlan {
  // By name, not by a list of names, which takes longer: there are hundreds of steps on a page.
  for (const step of plan.steps as readonly { startedAt?: unknown; endedAt?: unknown }[]) {
    if (typeof step.startedAt === 'string') step.startedAt = writtenDate(step.startedAt);
    if (typeof step.endedAt === 'string') step.endedAt = writtenDate(step.endedAt);
  }
  return plan;
}

export function reviveToolCall(call: ToolCall): ToolCall {
  return reviveDates(call, CALL_DATES);
}

export function reviveOwnToolCall(call: ToolCall): ToolCall {
  setDates(call, CALL_DATES, writtenDate);
  return call;
}

export const TASK_DATES = ['createdAt', 'updatedAt', 'startedAt', 'endedAt'] as const;
export const STEP_DATES = ['startedAt', 'endedAt'] as const;
const CALL_DATES = ['requestedAt', 'endedAt'] as const;
const AT = ['at'] as const;

function reviveStep(step: PlanStep): PlanStep {
  return reviveDates(step, STEP_DATES);
}

function reviveDates<T extends object>(record: T, keys: readonly (keyof T & string)[]): T {
  const revived = { ...record };
  setDates(revived, keys, text => new Date(text));
  return revived;
}

function setDates<T extends object>(
  record: T,
  keys: readonly (keyof T & string)[],
  toDate: (text: string) => Date,
): void {
  const fields = record as Record<string, unknown>;
  for (const key of keys) {
    const value = fields[key];
    if (typeof value === 'string') fields[key] = toDate(value);
  }
}
