import { isSessionError, messageOf } from '../core/errors.ts';
import type { Ids, TaskOutcome, TaskRun, TaskRunner } from '../core/ports.ts';
import type { Agent } from './agent.ts';
import { type ApprovalMemory, InMemoryApprovals } from './approvalMemory.ts';
import { createDirectAgent } from './direct/directAgent.ts';
import { inferTaskType } from './direct/inferTaskType.ts';
import type { Recipe } from './direct/recipe.ts';
import { noAgentMessage } from './noAgent.ts';
import { type PermissionPolicy, Permissions } from './permissions.ts';
import { ToolCalls } from './toolCalls.ts';
import { ToolEnvironments, type ToolEnvironmentsOptions } from './toolEnvironments.ts';

export interface TaskRunnerOptions extends ToolEnvironmentsOptions {
  readonly ids: Ids;
  /** What `direct` can do without a model. */
  readonly recipes: readonly Recipe[];
  /** From the user's profile and the command line. */
  readonly policy: PermissionPolicy;
  /** Further agents as they are now: `model`, `acp:NAME`. */
  readonly agents?: () => readonly Agent[];
  /** The agent that the person configured or once selected, for `auto`; never one that was merely found. */
  readonly configuredAgent?: () => string | undefined;
  /** Agents that are on this machine and that nobody chose, for the message that there is none. */
  readonly foundAgents?: () => readonly string[];
  /** What was allowed for longer than once; in memory when not given. */
  readonly approvals?: ApprovalMemory;
  /** Made of these options when not given. */
  readonly environments?: ToolEnvironments;
}

/** Carries tasks out with whichever agent fits. */
export function createTaskRunner(options: TaskRunnerOptions): TaskRunner {
  return new Runner(options);
}

class Runner implements TaskRunner {
  readonly #options: TaskRunnerOptions;
  readonly #direct: Agent;
  readonly #approvals: ApprovalMemory;
  readonly #environments: ToolEnvironments;

  constructor(options: TaskRunnerOptions) {
    const { recipes, ids } = options;
    this.#options = options;
    this.#direct = createDirectAgent({ recipes, ids });
    this.#approvals = options.approvals ?? new InMemoryApprovals();
    this.#environments = options.environments ?? new ToolEnvironments(options);
  }

  typeOf(text: string): ReturnType<typeof inferTaskType> {
    return inferTaskType(text);
  }

  async run(run: TaskRun): Promise<TaskOutcome> {
    try {
      const agent = this.#choose(run.task.agent, run.task.description);
      if (typeof agent === 'string')
        return { status: 'failed', reason: 'error', errorCode: 'no_agent', error: agent };
      await run.record({
        type: 'agentSelected',
        data: {
          taskId: run.task.id,
          agent: agent.name,
          model: agent.model,
          unsupervised: agent.isUnsupervised,
        },
      });
      return await this.#carryOut(agent, run);
    } catch (error) {
      return failedBy(error, run.signal);
    }
  }

  async #carryOut(agent: Agent, run: TaskRun): Promise<TaskOutcome> {
    const { clock, ids, policy } = this.#options;
    const environment = this.#environments.of(run);
    const permissions = new Permissions(run, policy, this.#approvals);
    const calls = new ToolCalls({ run, permissions, environment, clock, ids });
    const denied = await calls.approveText(run.task.description);
    if (denied !== undefined) {
      return { status: 'failed', reason: 'denied', errorCode: 'denied', error: denied.message };
    }
    return agent.carryOut({ run, calls, permissions, environment });
  }

  /** The agent, or the message that there is none. */
  #choose(asked: string, text: string): Agent | string {
    const { recipes } = this.#options;
    const direct = this.#named('direct');
    if (asked === 'auto') {
      const refusal = direct?.refusal(text);
      if (direct !== undefined && refusal === undefined) return direct;
      const configured = this.#named(this.#options.configuredAgent?.());
      if (configured !== undefined && configured.name !== 'direct') return configured;
      return noAgentMessage(refusal ?? '', recipes, this.#options.foundAgents?.() ?? []);
    }
    const agent = this.#named(asked);
    if (agent === undefined) return noAgentMessage(`There is no agent "${asked}" here.`, recipes);
    const refusal = agent.refusal(text);
    return refusal === undefined ? agent : noAgentMessage(refusal, recipes);
  }

  #named(name: string | undefined): Agent | undefined {
    return [this.#direct, ...(this.#options.agents?.() ?? [])].find(agent => agent.name === name);
  }
}

function failedBy(error: unknown, signal: AbortSignal): TaskOutcome {
  const reason = signal.aborted ? 'cancelled' : 'error';
  const errorCode = isSessionError(error) ? error.code : 'internal';
  return { status: 'failed', reason, errorCode, error: messageOf(error) };
}
