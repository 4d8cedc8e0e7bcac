import type { ModelMessage, ToolModelMessage, ToolSet } from 'ai';
import { SessionError } from '../../core/errors.ts';
import type { Clock, Continuation, Ids, TaskOutcome } from '../../core/ports.ts';
import type { Redactor } from '../../core/redactor.ts';
import { firstBytes } from '../../core/text.ts';
import type { AgentRun } from '../agent.ts';
import type { Tool } from '../tools/tool.ts';
import { Budget } from './budget.ts';
import { compact, estimateTokens } from './compaction.ts';
import type { HostModel, ProviderModel } from './hostModel.ts';
import { ModelActions } from './modelActions.ts';
import type { ModelFailure } from './modelFailure.ts';
import { ReportedPlan } from '../reportedPlan.ts';
import type { ModelReply } from './modelReply.ts';
import { DEFAULT_CONTEXT_TOKENS, type ModelSettings } from './modelSettings.ts';
import { toolsForModel } from './modelTools.ts';
import { firstMessage, INSTRUCTIONS } from './prompt.ts';
import { openModel } from './providers.ts';
import { PatientModel } from './patientModel.ts';
import { ASK_AGAIN, callMessage, pendingCall, restoredMessages } from './restoredConversation.ts';
import { SpokenText } from '../spokenText.ts';
import { workspaceText } from './workspaceText.ts';

export interface ModelLoopOptions {
  readonly agentRun: AgentRun;
  readonly tools: ReadonlyMap<string, Tool<unknown>>;
  readonly settings: ModelSettings;
  readonly key: string | undefined;
  readonly hostModel: HostModel | undefined;
  readonly redactor: Redactor | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** How often a model that was cut off is asked to go on. */
const MAX_CUTS = 3;
const MAX_SUMMARY_BYTES = 8 * 1024;
/** From this part of the context on, older messages are shortened, to that part of it. */
const COMPACT_FROM = 0.75;
const COMPACT_TO = 0.5;

/**
 * Asks the model, does what it asks for, tells it what came of that, until it answers without a tool call or a limit is
 * reached. Rejects only with a `SessionError`: something cannot be recorded, or the task was cancelled.
 */
export async function runModelLoop(options: ModelLoopOptions): Promise<TaskOutcome> {
  const { run, calls } = options.agentRun;
  const denied = await calls.approveText(run.task.description);
  if (denied !== undefined) return failed('denied', denied.code, denied.message);
  let model: ProviderModel;
  try {
    model = await openModel(options.settings, options.key, options.hostModel);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failed('error', 'no_agent', `The model cannot be used: ${message}`);
  }
  return new ModelLoop(options, model).carryOut();
}

class ModelLoop {
  readonly #options: ModelLoopOptions;
  readonly #budget: Budget;
  readonly #plan: ReportedPlan;
  readonly #actions: ModelActions;
  readonly #model: PatientModel;
  readonly #tools: ToolSet;
  readonly #contextTokens: number;
  #messages: ModelMessage[] = [];
  /** Tokens of the conversation when it was last sent, as the provider counted them. */
  #sentTokens = 0;

  constructor(options: ModelLoopOptions, model: ProviderModel) {
    const { agentRun, settings, redactor, clock, ids } = options;
    const { run } = agentRun;
    this.#options = options;
    this.#tools = toolsForModel(options.tools);
    this.#contextTokens = settings.contextTokens ?? DEFAULT_CONTEXT_TOKENS;
    this.#budget = new Budget(settings, clock);
    this.#plan = new ReportedPlan(run, ids);
    // A quarter of the context for one result, so that a few fit.
    const maxResultBytes = Math.min(64 * 1024, Math.floor(this.#contextTokens * 0.75));
    this.#actions = new ModelActions({
      agentRun,
      plan: this.#plan,
      tools: options.tools,
      redactor,
      ids,
      maxResultBytes,
    });
    const spoken = new SpokenText(run, ids, () => this.#plan.current);
    this.#model = new PatientModel({ model, clock, signal: run.signal, spoken });
  }

  async carryOut(): Promise<TaskOutcome> {
    const { run } = this.#options.agentRun;
    const instructions = await workspaceText(this.#options.agentRun, this.#options.tools.get('read_file'));
    this.#add({ role: 'user', content: this.#hidden(firstMessage(run, instructions)) });
    if (run.continues !== undefined) await this.#goOn(run.continues);
    for (let cuts = 0; ;) {
      const exceeded = this.#budget.exceeded;
      if (exceeded !== undefined) return { ...exceeded, result: this.#result('') };
      const reply = await this.#ask();
      if ('isPassing' in reply) return this.#failedBy(reply);
      await this.#count(reply);
      this.#add(...reply.messages);
      if (reply.end === 'filtered') {
        return failed(
          'error',
          'model_refused',
          "The provider's filter held the reply back. Say the task in other words.",
        );
      }
      if (reply.calls.length > 0) {
        this.#add(await this.#act(reply));
        cuts = 0;
      } else if (reply.end === 'done') return this.#ended(reply.text);
      else if (++cuts > MAX_CUTS) {
        return failed(
          'error',
          'reply_too_long',
          'The model was cut off again and again. What it had done is kept. Give a smaller task.',
        );
      } else this.#add({ role: 'user', content: 'You were cut off. Go on, in smaller steps.' });
    }
  }

  /** Takes up what the records have, and carries out what waited for the answer that a person gave now. */
  async #goOn(continues: Continuation): Promise<void> {
    await this.#plan.goOnWith(continues);
    this.#add(...restoredMessages(continues.toolCalls));
    const pending = pendingCall(continues);
    if (pending !== undefined) this.#add(callMessage(pending), await this.#act({ calls: [pending] }));
    else if (continues.waited.tool !== 'instructions') this.#add({ role: 'user', content: ASK_AGAIN });
  }

  async #ask(): Promise<ModelReply | ModelFailure> {
    this.#makeRoom(this.#contextTokens * COMPACT_FROM);
    const ask = (): Promise<ModelReply | ModelFailure> =>
      this.#model.ask({
        ...{ instructions: INSTRUCTIONS, messages: this.#messages, tools: this.#tools },
        timeLeft: () => this.#budget.timeLeft,
      });
    const reply = await ask();
    if (!('isPassing' in reply) || reply.code !== 'context_full') return reply;
    const before = estimateTokens(this.#messages);
    this.#makeRoom(0);
    return estimateTokens(this.#messages) < before ? ask() : reply;
  }

  /** Shortens the conversation when it has more tokens than this. */
  #makeRoom(limit: number): void {
    const size = Math.max(this.#sentTokens, estimateTokens(this.#messages));
    if (size <= limit) return;
    const target = limit === 0 ? size * COMPACT_TO : this.#contextTokens * COMPACT_TO;
    this.#messages = compact(this.#messages, target, this.#plan.text);
    this.#sentTokens = 0;
  }

  async #count(reply: ModelReply): Promise<void> {
    const { run } = this.#options.agentRun;
    this.#budget.count(reply.usage);
    this.#sentTokens = (reply.usage.inputTokens ?? 0) + (reply.usage.outputTokens ?? 0);
    await run.record({ type: 'usageReported', data: { taskId: run.task.id, usage: this.#budget.usage } });
  }

  async #act(reply: Pick<ModelReply, 'calls'>): Promise<ToolModelMessage> {
    const content: ToolModelMessage['content'] = [];
    for (const call of reply.calls) {
      const value = this.#hidden(await this.#actions.carryOut(call));
      content.push({
        type: 'tool-result',
        toolCallId: call.id,
        toolName: call.name,
        output: { type: 'text', value },
      });
    }
    return { role: 'tool', content };
  }

  #ended(text: string): TaskOutcome {
    const { lastDenial } = this.#actions;
    if (lastDenial === undefined) return { status: 'completed', result: this.#result(text) };
    return { ...failed('denied', lastDenial.code, lastDenial.message), result: this.#result(text) };
  }

  #failedBy({ code, message }: ModelFailure): TaskOutcome {
    const { signal } = this.#options.agentRun.run;
    if (signal.aborted) throw new SessionError('cancelled', 'The task was cancelled.');
    if (this.#budget.timeLeft <= 0 && this.#budget.exceeded !== undefined) return this.#budget.exceeded;
    const advice = 'What the task had done is kept. Retry it when that is settled.';
    return { ...failed('error', code, `${message} ${advice}`), result: this.#result('') };
  }

  #result(text: string): { readonly summary: string } {
    return { summary: firstBytes(text.trim(), MAX_SUMMARY_BYTES) };
  }

  #add(...messages: readonly ModelMessage[]): void {
    this.#messages = [...this.#messages, ...messages];
  }

  /** What goes to the model holds no secret. */
  #hidden(text: string): string {
    return this.#options.redactor?.redact(text) ?? text;
  }
}

function failed(
  reason: Extract<TaskOutcome, { status: 'failed' }>['reason'],
  errorCode: string,
  error: string,
): Extract<TaskOutcome, { status: 'failed' }> {
  return { status: 'failed', reason, errorCode, error };
}
