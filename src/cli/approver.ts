import { inertLine, inertText } from '../core/inertText.ts';
import type { SessionManager } from '../core/sessionManager.ts';
import type { SessionState } from '../core/state.ts';
import { toolCallsOf } from '../core/state.ts';
import type { Decision, ToolCall } from '../core/toolCall.ts';
import type { CliContext } from './context.ts';
import type { TaskView } from './taskView.ts';

export interface ApproverOptions {
  readonly context: CliContext;
  readonly sessions: SessionManager;
  readonly taskId: string;
  readonly view: TaskView;
}

/** Puts a task's questions to the person at the terminal, one after the other. */
export class Approver {
  readonly #options: ApproverOptions;
  readonly #asked = new Set<string>();
  /** The questions on the screen or about to be, by their ids; aborted when somebody else answered. */
  readonly #open = new Map<string, AbortController>();
  #queue: Promise<void> = Promise.resolve();

  constructor(options: ApproverOptions) {
    this.#options = options;
  }

  /** Takes note of the session's newest state. */
  notice(state: SessionState): void {
    if (!this.#options.context.terminal.canAsk) return;
    const waiting = toolCallsOf(state, this.#options.taskId).filter(
      call => call.status === 'awaiting_approval',
    );
    for (const [id, controller] of this.#open) {
      if (!waiting.some(call => call.approvalId === id)) controller.abort();
    }
    for (const call of waiting) {
      const { approvalId } = call;
      if (approvalId === undefined || this.#asked.has(approvalId)) continue;
      this.#asked.add(approvalId);
      const controller = new AbortController();
      this.#open.set(approvalId, controller);
      this.#queue = this.#queue.then(() => this.#put(call, approvalId, state, controller.signal));
    }
  }

  /** Takes every question back. */
  dispose(): void {
    for (const controller of this.#open.values()) controller.abort();
  }

  async #put(call: ToolCall, approvalId: string, state: SessionState, answered: AbortSignal): Promise<void> {
    const { context, sessions, taskId, view } = this.#options;
    const signal = AbortSignal.any([answered, context.signal]);
    view.hide();
    try {
      const decision = await this.#askFor(call, state, signal);
      if (decision !== undefined && !signal.aborted)
        await sessions.decideApproval(taskId, approvalId, decision);
    } catch (error) {
      context.logger.warn(`The answer was not recorded. ${error instanceof Error ? error.message : ''}`);
    } finally {
      this.#open.delete(approvalId);
      view.show();
    }
  }

  async #askFor(call: ToolCall, state: SessionState, signal: AbortSignal): Promise<Decision | undefined> {
    const { context, taskId } = this.#options;
    const { terminal } = context;
    const agent = inertLine(state.tasks.get(taskId)?.agent ?? 'The agent');
    const subject = inertText(call.subject ?? JSON.stringify(call.input)).split('\n');
    const place = inertLine(state.metadata.workingDirectory);
    terminal.writeError(
      [
        terminal.errorStyle.yellow(`? ${agent} asks: ${inertLine(call.tool)} in ${place}`),
        ...subject.map(line => `    | ${line}`),
        ...(call.expects === 'text' ? [] : choices(call)),
        '',
      ].join('\n'),
    );
    if (call.expects === 'text') return this.#askForText(signal);
    const letters = call.onceOnly === true ? 'a or d' : 'a, s, e or d';
    for (;;) {
      const answer = await context.ask(`  ${letters}? `, signal);
      // Without an answer (end of input) nobody allowed it.
      if (answer === undefined) return signal.aborted ? undefined : denial(undefined);
      const letter = answer.trim().toLowerCase();
      if (letter === 'a') return { allowed: true, by: 'person', scope: 'once' };
      if (letter === 's' && call.onceOnly !== true) return { allowed: true, by: 'person', scope: 'session' };
      if (letter === 'e' && call.onceOnly !== true) return { allowed: true, by: 'person', scope: 'exact' };
      if (letter === 'd') return denial(await context.ask('  Why (for the agent, Enter for none)? ', signal));
    }
  }

  async #askForText(signal: AbortSignal): Promise<Decision | undefined> {
    const text = await this.#options.context.ask('  Your answer (Enter alone: none)? ', signal);
    if (text === undefined && signal.aborted) return undefined;
    return text === undefined || text.trim() === ''
      ? denial(undefined)
      : { allowed: true, by: 'person', scope: 'once', text };
  }
}

/** What reaches further than the working directory is allowed one by one. */
function choices({ onceOnly }: ToolCall): string[] {
  const lasting = ['  s  always in this session', '  e  always for exactly this'];
  return ['  a  allow once', ...(onceOnly === true ? [] : lasting), '  d  deny'];
}

function denial(reason: string | undefined): Decision {
  const text = reason?.trim() ?? '';
  return { allowed: false, by: 'person', scope: 'once', ...(text !== '' && { reason: text }) };
}
