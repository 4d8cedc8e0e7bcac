import type { PlanStep } from '../core/plan.ts';
import type { SessionState } from '../core/state.ts';
import { type AgentTask, isFinished } from '../core/task.ts';
import { StepOutput } from './stepOutput.ts';
import { closingLines, detailLines, headerLines, outputLines, stepLine } from './taskLines.ts';
import type { Terminal } from './terminal.ts';

export interface TaskBlockOptions {
  readonly look: Pick<Terminal, 'isPerson' | 'style' | 'format' | 'columns'>;
  readonly taskId: string;
  readonly now: () => Date;
  /** Takes lines that stay. */
  readonly print: (lines: readonly string[]) => void;
  /** How many lines of a running step's output wait for its end, so that they can stand under its finished line. */
  readonly hold: number;
}

interface StepBlock {
  readonly output: StepOutput;
  held: string[];
  /** Whether its title was printed before its end because its output had to go out. */
  opened: boolean;
  closed: boolean;
}

const NO_STEP = '';

/** One task as a block of lines that grows: what is finished is printed for good, the rest is for whoever draws it live. */
export class TaskBlock {
  readonly #options: TaskBlockOptions;
  readonly #steps = new Map<string, StepBlock>();
  readonly #stepOfCall = new Map<string, string>();
  #state: SessionState | undefined;
  #hasHeader = false;
  #paused: string | undefined;
  #isCancelled = false;

  constructor(options: TaskBlockOptions) {
    this.#options = options;
  }

  /** Takes note of the session's newest state. */
  notice(state: SessionState): void {
    this.#state = state;
    const task = this.#task;
    if (task === undefined) return;
    for (const call of state.toolCalls.newestFirst()) {
      // One task of a session runs at a time, so its calls are the newest ones.
      if (call.taskId !== task.id || this.#stepOfCall.has(call.id)) break;
      this.#stepOfCall.set(call.id, call.stepId ?? NO_STEP);
    }
    if (task.agent !== 'auto' || task.plan !== undefined) this.#printHeader();
    for (const [index, step] of (task.plan?.steps ?? []).entries()) {
      if (isEnded(step)) this.#closeStep(step, index + 1);
    }
  }

  /** Takes text that a call printed. */
  output(callId: string, text: string): void {
    const stepId = this.#stepOfCall.get(callId) ?? NO_STEP;
    const block = this.#blockOf(stepId);
    block.held.push(...block.output.push(text));
    if (stepId === NO_STEP || block.closed || block.opened || block.held.length > this.#options.hold)
      this.#letOut(stepId, block);
  }

  /** The person wants the task to stop. */
  cancel(): void {
    this.#isCancelled = true;
  }

  /** The task waits for space on the disk, or goes on. */
  pause(message: string | undefined): void {
    this.#paused = message;
  }

  /** Prints all that is left, and what came of the task. */
  end(task: AgentTask): void {
    this.#printHeader();
    const steps = this.#task?.plan?.steps ?? [];
    for (const [index, step] of steps.entries()) {
      if (step.status !== 'pending') this.#closeStep(step, index + 1);
    }
    this.#letOut(NO_STEP, this.#blockOf(NO_STEP), true);
    this.#options.print(closingLines(this.#options.look, task));
  }

  /** What is not finished, for a place that is drawn over: at most `rows` lines. */
  liveLines(frame: number, rows: number): string[] {
    const { look, now } = this.#options;
    const task = this.#task;
    if (task === undefined || isFinished(task)) return [];
    if (task.status === 'pending' && this.#state?.live[0]?.taskId === task.id) return [];
    if (task.status === 'pending')
      return [look.style.dim('Waiting for its turn: another task of this session runs.')];
    const open = [...(task.plan?.steps ?? []).entries()].filter(([, step]) => !isEnded(step));
    const lines = open.flatMap(([index, step]) => [
      stepLine(look, step, index + 1, now(), frame),
      ...outputLines(look, this.#steps.get(step.id)?.held ?? []),
    ]);
    const note = this.#note(task);
    const room = Math.max(1, rows - note.length);
    const more = lines.length - room + 1;
    const shown =
      lines.length <= room
        ? lines
        : [...lines.slice(0, room - 1), look.style.dim(`  … ${look.format.number(more)} more`)];
    return [...shown, ...note];
  }

  get #task(): AgentTask | undefined {
    return this.#state?.tasks.get(this.#options.taskId);
  }

  #note(task: AgentTask): string[] {
    const { style } = this.#options.look;
    if (this.#paused !== undefined) return [style.yellow(this.#paused)];
    if (this.#isCancelled || task.cancelRequested === true)
      return [style.dim('Cancelling. Ctrl-C again leaves at once.')];
    return task.plan === undefined ? [style.dim('Working.')] : [];
  }

  #printHeader(): void {
    const task = this.#task;
    if (this.#hasHeader || this.#state === undefined || task === undefined) return;
    this.#hasHeader = true;
    const { metadata } = this.#state;
    const number = metadata.tasks.indexOf(task.id) + 1 + metadata.totalTasks - metadata.tasks.length;
    this.#options.print(headerLines(this.#options.look, metadata, task, number));
  }

  #closeStep(step: PlanStep, number: number): void {
    const block = this.#blockOf(step.id);
    if (block.closed) return;
    block.closed = true;
    const { look, print } = this.#options;
    const rest = outputLines(look, [...block.held, ...block.output.finish()]);
    block.held = [];
    const lines = [stepLine(look, step, number), ...detailLines(look, step)];
    print(block.opened ? [...rest, ...lines] : [...lines, ...rest]);
  }

  #letOut(stepId: string, block: StepBlock, all = false): void {
    const { look, print } = this.#options;
    const lines = outputLines(look, all ? [...block.held, ...block.output.finish()] : block.held);
    block.held = [];
    if (lines.length === 0) return;
    this.#printHeader();
    const index = this.#task?.plan?.steps.findIndex(step => step.id === stepId) ?? -1;
    const step = this.#task?.plan?.steps[index];
    if (step !== undefined && !block.opened && !block.closed) print([stepLine(look, step, index + 1)]);
    block.opened = true;
    print(lines);
  }

  #blockOf(stepId: string): StepBlock {
    const known = this.#steps.get(stepId);
    if (known !== undefined) return known;
    const block = { output: new StepOutput(), held: [], opened: false, closed: false };
    this.#steps.set(stepId, block);
    return block;
  }
}

function isEnded(step: PlanStep): boolean {
  return step.status === 'completed' || step.status === 'failed' || step.status === 'skipped';
}
