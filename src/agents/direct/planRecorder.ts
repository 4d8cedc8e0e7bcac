import type { Ids, TaskRun } from '../../core/ports.ts';
import type { StepStatus } from '../../core/plan.ts';
import { inertLine } from '../../core/inertText.ts';

const MAX_TITLE = 200;

interface Step {
  readonly id: string;
  readonly title: string;
  status: StepStatus;
  detail?: string;
}

/** A task's plan while it is carried out: what is recorded of it. */
export class PlanRecorder {
  readonly #run: TaskRun;
  readonly #id: string;
  readonly #steps: Step[] = [];
  #version = 0;
  #count = 0;

  constructor(run: TaskRun, ids: Ids) {
    this.#run = run;
    this.#id = `plan-${ids.hex(16)}`;
  }

  get size(): number {
    return this.#steps.length;
  }

  /** Records the first version. Resolves with the ids of the steps. */
  async create(titles: readonly string[]): Promise<readonly string[]> {
    const steps = titles.map(title => this.#step(title));
    this.#steps.push(...steps);
    await this.#recordVersion('planCreated');
    return steps.map(step => step.id);
  }

  /** Puts steps behind another one, as a new version. */
  async insertAfter(stepId: string, titles: readonly string[]): Promise<readonly string[]> {
    const steps = titles.map(title => this.#step(title));
    this.#steps.splice(this.#steps.findIndex(step => step.id === stepId) + 1, 0, ...steps);
    if (steps.length > 0) await this.#recordVersion('planRevised');
    return steps.map(step => step.id);
  }

  titleOf(stepId: string): string {
    return this.#steps.find(step => step.id === stepId)?.title ?? '';
  }

  async change(stepId: string, status: StepStatus, detail?: string): Promise<void> {
    const step = this.#steps.find(known => known.id === stepId);
    if (step === undefined) return;
    step.status = status;
    const told = detail === undefined ? {} : { detail: oneLine(detail) };
    Object.assign(step, told);
    const data = { taskId: this.#run.task.id, stepId, status, ...told };
    await this.#run.record({ type: 'stepChanged', data });
  }

  #step(title: string): Step {
    return { id: `step-${++this.#count}`, title: oneLine(title), status: 'pending' };
  }

  async #recordVersion(type: 'planCreated' | 'planRevised'): Promise<void> {
    const plan = { id: this.#id, version: ++this.#version, steps: this.#steps.map(step => ({ ...step })) };
    await this.#run.record({ type, data: { taskId: this.#run.task.id, plan } });
  }
}

function oneLine(text: string): string {
  const line = inertLine(text);
  return line.length <= MAX_TITLE ? line : `${line.slice(0, MAX_TITLE - 1)}…`;
}
