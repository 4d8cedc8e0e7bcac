import type { PlanRecord } from '../core/events.ts';
import { inertLine } from '../core/inertText.ts';
import type { StepStatus } from '../core/plan.ts';
import type { Continuation, Ids, TaskRun } from '../core/ports.ts';
import { reopenedSteps } from './reopenedSteps.ts';

type Step = PlanRecord['steps'][number];

const MAX_STEPS = 60;
const MAX_TITLE_CHARACTERS = 160;
const STATUSES: readonly StepStatus[] = ['pending', 'in_progress', 'completed', 'failed', 'skipped'];

/**
 * The plan of a task whose agent tells it: the model's own, each change a new version; or, when it makes none, its tool
 * calls one by one.
 */
export class ReportedPlan {
  readonly #run: TaskRun;
  readonly #id: string;
  #steps: readonly Step[] = [];
  #version = 0;
  #count = 0;
  /** Whether the model made a plan. */
  #isOwn = false;

  constructor(run: TaskRun, ids: Ids) {
    this.#run = run;
    this.#id = `plan-${ids.hex(16)}`;
  }

  /** Takes up the plan of the attempt that this one goes on from. */
  async goOnWith({ task, toolCalls }: Continuation): Promise<void> {
    const steps = reopenedSteps(task);
    if (steps.length === 0) return;
    // A step that is not one action is of the model's own plan.
    const actions = toolCalls.filter(({ tool }) => tool !== 'message');
    this.#isOwn = !steps.every(({ id }) => actions.filter(({ stepId }) => stepId === id).length <= 1);
    this.#steps = steps;
    this.#count = steps.length;
    await this.#recordVersion(steps);
  }

  /** What the model says its plan is now. Resolves with what it is told. */
  async update(input: unknown): Promise<string> {
    const wanted = parseSteps(input);
    if (wanted === undefined)
      return 'The plan was not understood: "steps" is a list of {title, status}. Nothing was changed.';
    // What was done before there was a plan stays in front of it.
    const done = this.#isOwn ? [] : this.#steps.filter(step => step.status !== 'pending');
    const known = new Map(this.#steps.map(step => [step.title, step.id]));
    const steps = wanted.map(step => ({
      id: known.get(step.title) ?? `step-${String(++this.#count)}`,
      ...step,
    }));
    const next = [...done, ...steps].slice(0, MAX_STEPS);
    const isSameShape =
      this.#isOwn &&
      next.length === this.#steps.length &&
      next.every((step, index) => step.id === this.#steps[index]?.id);
    const before = this.#steps;
    this.#isOwn = true;
    this.#steps = next;
    if (!isSameShape)
      await this.#recordVersion(next.map(step => ({ ...step, status: statusOf(before, step.id) })));
    for (const step of next) {
      if (step.status !== statusOf(before, step.id)) await this.#recordChange(step);
    }
    return 'The plan is on record.';
  }

  /** The step that the next action belongs to: the one in progress, else the first that waits, else one for the action. */
  async begin(title: string): Promise<string> {
    const current = this.current;
    if (current !== null) return current;
    const waiting = this.#steps.find(step => step.status === 'pending');
    if (waiting !== undefined) {
      await this.#change(waiting.id, 'in_progress');
      return waiting.id;
    }
    const last = this.#steps.at(-1);
    if (last !== undefined && (this.#isOwn || this.#steps.length >= MAX_STEPS)) return last.id;
    const id = `step-${String(++this.#count)}`;
    this.#steps = [...this.#steps, { id, title: shortLine(title), status: 'pending' }];
    await this.#recordVersion(this.#steps);
    await this.#change(id, 'in_progress');
    return id;
  }

  /** An action ended. Only a step that stands for that action ends with it. */
  async finish(stepId: string, status: 'completed' | 'failed', detail: string): Promise<void> {
    if (this.#isOwn) return;
    await this.#change(stepId, status, shortLine(detail));
  }

  /** The step in progress. */
  get current(): string | null {
    return this.#steps.find(step => step.status === 'in_progress')?.id ?? null;
  }

  /** The plan in lines, for a model that has forgotten it. */
  get text(): string {
    return this.#steps.map(step => `- [${step.status}] ${step.title}`).join('\n');
  }

  async #change(stepId: string, status: StepStatus, detail?: string): Promise<void> {
    const step = this.#steps.find(known => known.id === stepId);
    if (step === undefined) return;
    const changed = { ...step, status, ...(detail === undefined ? {} : { detail }) };
    this.#steps = this.#steps.map(known => (known.id === stepId ? changed : known));
    await this.#recordChange(changed);
  }

  async #recordChange({ id: stepId, status, detail }: Step): Promise<void> {
    const told = detail === undefined ? {} : { detail };
    await this.#run.record({
      type: 'stepChanged',
      data: { taskId: this.#run.task.id, stepId, status, ...told },
    });
  }

  async #recordVersion(steps: readonly Step[]): Promise<void> {
    const type = this.#version === 0 ? 'planCreated' : 'planRevised';
    const plan = { id: this.#id, version: ++this.#version, steps };
    await this.#run.record({ type, data: { taskId: this.#run.task.id, plan } });
  }
}

function statusOf(steps: readonly Step[], id: string): StepStatus {
  return steps.find(step => step.id === id)?.status ?? 'pending';
}

/** Models give lists of texts, of objects, or either as JSON. */
function parseSteps(input: unknown): Omit<Step, 'id'>[] | undefined {
  const list = typeof input === 'string' ? parseJson(input) : input;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const steps = list.slice(0, MAX_STEPS).map(parseStep);
  const titles = new Set<string>();
  return steps.flatMap(step => {
    if (step === undefined || titles.has(step.title)) return [];
    titles.add(step.title);
    return [step];
  });
}

function parseStep(value: unknown): Omit<Step, 'id'> | undefined {
  const step = typeof value === 'string' ? { title: value } : value;
  if (typeof step !== 'object' || step === null || !('title' in step) || typeof step.title !== 'string')
    return undefined;
  const title = shortLine(step.title);
  const status = 'status' in step ? STATUSES.find(known => known === step.status) : undefined;
  return title === '' ? undefined : { title, status: status ?? 'pending' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shortLine(text: string): string {
  const line = inertLine(text);
  return line.length <= MAX_TITLE_CHARACTERS ? line : `${line.slice(0, MAX_TITLE_CHARACTERS - 1)}…`;
}
