import type {
  PermissionOption,
  RequestPermissionRequest,
  RequestPermissionResponse,
  ToolCallUpdate,
} from '@agentclientprotocol/sdk';
import type { Clock, Ids } from '../../core/ports.ts';
import type { Decision } from '../../core/toolCall.ts';
import { sha256 } from '../../workspace/content.ts';
import { WorkspaceError } from '../../workspace/workspaceError.ts';
import type { AgentRun } from '../agent.ts';
import type { ReportedPlan } from '../reportedPlan.ts';
import {
  actionClass,
  actionSubject,
  actionTitle,
  type ForeignAction,
  isActing,
  mergeAction,
  NOTHING_KNOWN,
  printedText,
  recordedInput,
  shortPath,
  toolName,
} from './foreignAction.ts';
import { ForeignCall } from './foreignCall.ts';

export interface ForeignCallsOptions {
  readonly agentRun: AgentRun;
  readonly plan: ReportedPlan;
  readonly clock: Clock;
  readonly ids: Ids;
  /** It acted without asking. */
  readonly onUnasked: () => Promise<void>;
  /** It did something that may have changed files. */
  readonly onActed: () => Promise<void>;
}

interface Tracked {
  action: ForeignAction;
  call: ForeignCall | undefined;
  stepId: string;
  decision: Decision | undefined;
  /** Its question is open. */
  isAsked: boolean;
  startedAt: number;
}

const MAX_CALLS = 10_000;

/** What an external agent does, on record as our calls; what it asks for, decided by our broker. */
export class ForeignCalls {
  readonly #options: ForeignCallsOptions;
  readonly #tracked = new Map<string, Tracked>();
  /** Contents that a person or a rule allowed to be written: path and hash. */
  readonly #allowedWrites = new Map<string, Decision>();
  #lastDenial: WorkspaceError | undefined;

  constructor(options: ForeignCallsOptions) {
    this.#options = options;
  }

  /** The denial that nothing was done after. */
  get lastDenial(): WorkspaceError | undefined {
    return this.#lastDenial;
  }

  denied(error: WorkspaceError): void {
    this.#lastDenial = error;
  }

  acted(): void {
    this.#lastDenial = undefined;
  }

  get isFlood(): boolean {
    return this.#tracked.size > MAX_CALLS;
  }

  /** How a write of exactly this was allowed before, if it was. */
  allowedWrite(name: string, content: string): Decision | undefined {
    return this.#allowedWrites.get(this.#writeKey(name, content));
  }

  /** The agent tells of an action: that it wants it, is at it, or has ended it. */
  async update(update: ToolCallUpdate): Promise<void> {
    const tracked = this.#track(update);
    const { status } = update;
    if (status === undefined || status === null || status === 'pending') return;
    // Told to stop while its question is open, it gives the call up: the person may answer later all the same.
    if (tracked.isAsked && this.#options.agentRun.run.signal.aborted) return;
    const call = await this.#begin(tracked);
    if (call.isEnded) return;
    if (status !== 'completed' && status !== 'failed') return;
    // Some say that they are at it before they ask.
    const isUnasked = status === 'completed' && isActing(tracked.action) && tracked.decision === undefined;
    if (isUnasked) await this.#options.onUnasked();
    await this.#end(tracked, call, status);
  }

  /** The agent asks. Rejects when the question cannot be recorded or the task is cancelled. */
  async decide({ toolCall, options }: RequestPermissionRequest): Promise<RequestPermissionResponse> {
    const { agentRun } = this.#options;
    const { root } = agentRun.environment.files;
    const tracked = this.#track(toolCall);
    // An answer holds for one question: another one about the same action is a call of its own.
    if (tracked.decision !== undefined) {
      await tracked.call?.ended('completed');
      tracked.call = undefined;
      tracked.decision = undefined;
    }
    const call = await this.#begin(tracked);
    const { action } = tracked;
    tracked.isAsked = true;
    const ruling = await agentRun.permissions.decide({
      ...{ callId: call.id, tool: toolName(action), class: await actionClass(action, root) },
      ...{ subject: () => actionSubject(action, root), isInstruction: false },
      announce: () => call.announce(),
    });
    tracked.isAsked = false;
    await call.decided(ruling);
    tracked.decision = ruling.decision;
    if (ruling.decision.allowed) this.#allow(action, ruling.decision);
    else await this.#deny(tracked, call, ruling.decision);
    const optionId = chooseOption(options, ruling.decision.allowed);
    return { outcome: optionId === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId } };
  }

  /** The agent is done: what it left open has no result. */
  async close(): Promise<void> {
    for (const { call, action, isAsked } of this.#tracked.values()) {
      // A question that is open when the task is stopped is closed with the task: it may be answered later.
      if (call === undefined || call.isEnded || isAsked) continue;
      await call.output(printedText(action.content));
      await call.ended('cancelled', { error: 'The agent did not say what came of it.' });
    }
  }

  #track(update: ToolCallUpdate): Tracked {
    const known = this.#tracked.get(update.toolCallId);
    const tracked = known ?? {
      action: NOTHING_KNOWN,
      call: undefined,
      stepId: '',
      decision: undefined,
      isAsked: false,
      startedAt: 0,
    };
    tracked.action = mergeAction(tracked.action, update);
    this.#tracked.set(update.toolCallId, tracked);
    return tracked;
  }

  async #begin(tracked: Tracked): Promise<ForeignCall> {
    if (tracked.call !== undefined) return tracked.call;
    const { agentRun, plan, clock, ids } = this.#options;
    const { action } = tracked;
    tracked.startedAt = clock.monotonic();
    const stepId = await plan.begin(actionTitle(action, agentRun.environment.files.root));
    tracked.stepId = stepId;
    tracked.call = new ForeignCall(agentRun.run, ids, toolName(action), recordedInput(action), stepId);
    await tracked.call.announce();
    return tracked.call;
  }

  async #end(tracked: Tracked, call: ForeignCall, status: 'completed' | 'failed'): Promise<void> {
    const { plan, clock } = this.#options;
    const { action, decision, stepId } = tracked;
    const text = printedText(action.content);
    await call.output(text);
    const duration = Math.round(clock.monotonic() - tracked.startedAt);
    const error =
      status === 'failed' ? { error: text.slice(0, 500) || 'The agent says that it failed.' } : {};
    await call.ended(status, { duration, ...error });
    await plan.finish(stepId, status, status);
    if (isActing(action)) await this.#options.onActed();
    if (status === 'completed' && (isActing(action) || decision?.allowed === true)) this.acted();
  }

  async #deny(tracked: Tracked, call: ForeignCall, decision: Decision): Promise<void> {
    const reason = decision.reason ?? 'No reason was given.';
    const title = actionTitle(tracked.action, this.#options.agentRun.environment.files.root);
    const error = new WorkspaceError(
      'denied',
      `"${title}" was not allowed: ${reason} Nothing was changed by it.`,
    );
    this.#lastDenial = error;
    await call.ended('denied', { error: error.message });
    await this.#options.plan.finish(tracked.stepId, 'failed', 'denied');
  }

  #allow(action: ForeignAction, decision: Decision): void {
    for (const part of action.content) {
      if (part.type === 'diff')
        this.#allowedWrites.set(this.#writeKey(part.path, part.newText), { ...decision, scope: 'once' });
    }
  }

  #writeKey(name: string, content: string): string {
    return `${shortPath(this.#options.agentRun.environment.files.root, name)}\n${sha256(content)}`;
  }
}

/** Always for this once: what holds for longer is our broker's to know. */
function chooseOption(options: readonly PermissionOption[], allowed: boolean): string | undefined {
  const kinds = allowed ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always'];
  return kinds.map(kind => options.find(option => option.kind === kind)).find(option => option !== undefined)
    ?.optionId;
}
