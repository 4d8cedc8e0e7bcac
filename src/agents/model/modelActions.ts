import type { Ids } from '../../core/ports.ts';
import type { Redactor } from '../../core/redactor.ts';
import { firstBytes } from '../../core/text.ts';
import type { WorkspaceError } from '../../workspace/workspaceError.ts';
import type { AgentRun } from '../agent.ts';
import type { CallOutcome } from '../toolCalls.ts';
import type { Tool, ToolInput } from '../tools/tool.ts';
import { askUser } from './askUser.ts';
import type { ReportedPlan } from '../reportedPlan.ts';
import type { ReplyCall } from './modelReply.ts';

export interface ModelActionsOptions {
  readonly agentRun: AgentRun;
  readonly plan: ReportedPlan;
  readonly tools: ReadonlyMap<string, Tool<unknown>>;
  readonly redactor: Redactor | undefined;
  readonly ids: Ids;
  /** More of a result is cut. */
  readonly maxResultBytes: number;
}

/** Does what a model asks for, through the permission broker, and puts into words what came of it. */
export class ModelActions {
  readonly #options: ModelActionsOptions;
  #lastDenial: WorkspaceError | undefined;

  constructor(options: ModelActionsOptions) {
    this.#options = options;
  }

  /** The denial that nothing was done after. */
  get lastDenial(): WorkspaceError | undefined {
    return this.#lastDenial;
  }

  /** Resolves with what the model is told. Rejects only when something cannot be recorded or the task is cancelled. */
  async carryOut(call: ReplyCall): Promise<string> {
    const { plan, agentRun, ids } = this.#options;
    if (call.name === 'update_plan') return plan.update(fieldOf(call.input, 'steps'));
    if (call.name === 'ask_user') {
      const question = fieldOf(call.input, 'question');
      if (typeof question !== 'string') return 'The tool needs a text as "question". Nobody was asked.';
      return askUser(agentRun.run, ids, plan.current, question);
    }
    const tool = this.#options.tools.get(call.name);
    if (tool === undefined)
      return `There is no tool "${call.name}". There are: ${[...this.#options.tools.keys()].join(', ')}.`;
    const { input } = call;
    if (
      typeof input !== 'object' ||
      input === null ||
      (call.problem !== undefined && Object.keys(input).length === 0)
    ) {
      return `The arguments were not understood: ${firstBytes(call.problem ?? 'they are no object.', 500)} Nothing was done.`;
    }
    if (this.#holdsHidden(input)) {
      return 'The arguments hold a text such as "[secret: ...]", which stands for a secret that you do not get. Nothing was done.';
    }
    return this.#act(tool, input as ToolInput);
  }

  async #act(tool: Tool<unknown>, input: ToolInput): Promise<string> {
    const { plan, agentRun } = this.#options;
    const stepId = await plan.begin(titleOf(tool.name, input));
    const outcome = await agentRun.calls.call(tool, input, { stepId, isInstruction: false });
    if (outcome.status === 'denied') this.#lastDenial = outcome.error;
    else if (outcome.status === 'completed' && !READING.has(tool.name)) this.#lastDenial = undefined;
    await plan.finish(stepId, outcome.status === 'completed' ? 'completed' : 'failed', detailOf(outcome));
    return this.#told(outcome);
  }

  #told(outcome: CallOutcome<unknown>): string {
    if (outcome.status === 'completed') return this.#cut(outcome.result.text);
    if (outcome.status === 'denied') return outcome.error.message;
    const text = outcome.result?.text ?? '';
    return this.#cut(text === '' ? outcome.error.message : `${text}\n${outcome.error.message}`);
  }

  #cut(text: string): string {
    const kept = firstBytes(text, this.#options.maxResultBytes);
    return kept.length === text.length
      ? text
      : `${kept}\n[cut: ${String(text.length - kept.length)} more characters]`;
  }

  /** Whether a mask would be taken for the text that it stands for. */
  #holdsHidden(input: object): boolean {
    return this.#options.redactor?.isRedacted(JSON.stringify(input)) ?? false;
  }
}

const READING = new Set(['read_file', 'list_files', 'search_files']);

function fieldOf(input: unknown, name: string): unknown {
  return typeof input === 'object' && input !== null
    ? (input as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function titleOf(tool: string, input: ToolInput): string {
  const text = (name: string): string => (typeof input[name] === 'string' ? input[name] : '?');
  switch (tool) {
    case 'read_file':
      return `Read ${text('path')}`;
    case 'write_file':
      return `Write ${text('path')}`;
    case 'edit_file':
      return `Edit ${text('path')}`;
    case 'list_files':
      return `List ${text('path')}`;
    case 'search_files':
      return `Search for ${text('pattern')}`;
    case 'move_file':
      return `Move ${text('from')} to ${text('to')}`;
    case 'delete_file':
      return `Delete ${text('path')}`;
    case 'run_command':
      return `$ ${text('command')}`;
    default:
      return `Use ${tool}`;
  }
}

function detailOf(outcome: CallOutcome<unknown>): string {
  if (outcome.status === 'completed') return outcome.result.detail;
  return outcome.status === 'denied' ? 'denied' : (outcome.result?.detail ?? outcome.error.code);
}
