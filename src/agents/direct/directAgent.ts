import { isSessionError, messageOf } from '../../core/errors.ts';
import type { Ids, TaskOutcome } from '../../core/ports.ts';
import type { Agent, AgentRun } from '../agent.ts';
import { EarlierSteps } from './earlierSteps.ts';
import { formatInstruction, titleOf } from './formatInstruction.ts';
import { parseInstructions } from './grammar.ts';
import type { Instruction } from './instruction.ts';
import { callFor } from './instructionCall.ts';
import { PlanRecorder } from './planRecorder.ts';
import type { Recipe } from './recipe.ts';
import { createRecipeContext } from './recipeContext.ts';
import { failureOf, StepFailure } from './stepFailure.ts';

export interface DirectAgentOptions {
  readonly recipes: readonly Recipe[];
  readonly ids: Ids;
}

/** Carries out explicit instructions and recipes. Needs no model, no key and no network. */
export function createDirectAgent({ recipes, ids }: DirectAgentOptions): Agent {
  const recipeFor = (text: string): Recipe | undefined => recipes.find(recipe => recipe.matches(text));
  const parse = (text: string): ReturnType<typeof parseInstructions> =>
    parseInstructions(text, phrase => recipeFor(phrase) !== undefined);
  return {
    name: 'direct',
    model: null,
    isUnsupervised: false,
    refusal: text => {
      const parsed = parse(text);
      if ('instructions' in parsed) return undefined;
      const line = parsed.line.length > 120 ? `${parsed.line.slice(0, 119)}…` : parsed.line;
      return line === '' ? parsed.problem : `Not understood: "${line}". ${parsed.problem}`;
    },
    carryOut: async agentRun => {
      const parsed = parse(agentRun.run.task.description);
      const instructions = 'instructions' in parsed ? parsed.instructions : [];
      return new DirectRun(agentRun, ids, recipeFor).carryOut(instructions);
    },
  };
}

class DirectRun {
  readonly #agentRun: AgentRun;
  readonly #plan: PlanRecorder;
  readonly #recipeFor: (text: string) => Recipe | undefined;
  readonly #earlier: EarlierSteps;
  #done = 0;
  #exitCode: number | null | undefined;
  #lastDetail = '';

  constructor(agentRun: AgentRun, ids: Ids, recipeFor: (text: string) => Recipe | undefined) {
    this.#agentRun = agentRun;
    this.#plan = new PlanRecorder(agentRun.run, ids);
    this.#recipeFor = recipeFor;
    this.#earlier = new EarlierSteps(agentRun.run.continues);
  }

  async carryOut(instructions: readonly Instruction[]): Promise<TaskOutcome> {
    const stepIds = await this.#plan.create(instructions.map(entry => planTitle(entry, instructions.length)));
    for (const [index, instruction] of instructions.entries()) {
      const failure = await this.#step(stepIds[index] ?? '', instruction);
      if (failure !== undefined) return this.#failed(`"${shortTitle(instruction)}"`, failure);
    }
    return { status: 'completed', result: this.#result() };
  }

  async #step(stepId: string, instruction: Instruction): Promise<StepFailure | undefined> {
    if (instruction.kind === 'recipe') return this.#recipe(stepId, instruction.text);
    return this.#during(stepId, async () => {
      const outcome = await callFor(instruction, this.#agentRun.calls, stepId);
      if (outcome.status !== 'completed') throw failureOf(outcome);
      this.#exitCode = outcome.result.exitCode;
      return outcome.result.detail;
    });
  }

  /** A recipe looks first; what it found to do becomes steps behind that one. */
  async #recipe(lookId: string, text: string): Promise<StepFailure | undefined> {
    const recipe = this.#recipeFor(text);
    if (recipe === undefined)
      return new StepFailure('error', 'no_agent', `No recipe knows "${text}".`, 'no recipe');
    let current = lookId;
    const { run, calls } = this.#agentRun;
    // What an instruction before this one did counts like what an earlier task did.
    const context = createRecipeContext(calls, [...run.earlier, run.latest()], () => current);
    let steps: Awaited<ReturnType<Recipe['plan']>> = [];
    const look = async (): Promise<undefined> => {
      steps = await recipe.plan(text, context);
    };
    const failure = await this.#during(lookId, look, true);
    if (failure !== undefined) return failure;
    const stepIds = await this.#plan.insertAfter(
      lookId,
      steps.map(step => step.title),
    );
    for (const [index, step] of steps.entries()) {
      current = stepIds[index] ?? lookId;
      const failed = await this.#during(current, () => step.run());
      if (failed !== undefined) return failed;
    }
    return undefined;
  }

  /** Does one step and records how it went. Rejects only when that cannot be recorded. */
  async #during(
    stepId: string,
    act: () => Promise<string | undefined>,
    isLook = false,
  ): Promise<StepFailure | undefined> {
    if (this.#agentRun.run.signal.aborted)
      return new StepFailure('cancelled', 'cancelled', 'The task was cancelled.', 'cancelled');
    const before = this.#earlier.take(this.#plan.titleOf(stepId));
    if (before === 'another') {
      await this.#plan.change(stepId, 'failed', CHANGED.detail);
      return CHANGED;
    }
    if (before?.status === 'completed' && !isLook) {
      await this.#plan.change(stepId, 'completed', before.detail);
      this.#done++;
      this.#lastDetail = before.detail ?? '';
      return undefined;
    }
    await this.#plan.change(stepId, 'in_progress');
    try {
      const detail = await act();
      await this.#plan.change(stepId, 'completed', detail);
      this.#done++;
      this.#lastDetail = detail ?? '';
      return undefined;
    } catch (error) {
      if (isSessionError(error)) throw error;
      const failure =
        error instanceof StepFailure
          ? error
          : new StepFailure('error', codeOf(error), messageOf(error), messageOf(error));
      this.#exitCode = failure.exitCode;
      await this.#plan.change(stepId, 'failed', failure.detail);
      return failure;
    }
  }

  #failed(what: string, failure: StepFailure): TaskOutcome {
    const position =
      this.#plan.size === 1 ? '' : `Step ${this.#done + 1} of ${this.#plan.size} failed (${what}): `;
    const kept =
      this.#done === 0
        ? ''
        : ` What the ${this.#done === 1 ? 'step' : `${this.#done} steps`} before it did is kept.`;
    return {
      ...{ status: 'failed', reason: failure.reason, errorCode: failure.code },
      error: `${position}${failure.message}${kept}`,
      result: this.#result(),
    };
  }

  #result(): Readonly<Record<string, unknown>> {
    const { size } = this.#plan;
    const summary =
      size === 1 && this.#done === 1 && this.#lastDetail !== ''
        ? this.#lastDetail
        : `${this.#done} of ${size} steps done`;
    return { summary, ...(this.#exitCode === undefined ? {} : { exitCode: this.#exitCode }) };
  }
}

const CHANGED = new StepFailure(
  'error',
  'changed_meanwhile',
  'The workspace is another one than when the task stopped: what is left to do does not follow from what was done. Retry the task.',
  'the workspace has changed',
);

function planTitle(instruction: Instruction, count: number): string {
  if (instruction.kind !== 'recipe') return titleOf(instruction);
  return count === 1 ? 'Look at the workspace' : `${instruction.text}: look at the workspace`;
}

function shortTitle(instruction: Instruction): string {
  const title = formatInstruction(instruction);
  return title.length > 80 ? `${title.slice(0, 79)}…` : title;
}

/** The stable code that an error of a recipe carries. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'internal';
}
