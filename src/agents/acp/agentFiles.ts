import {
  type ReadTextFileRequest,
  type ReadTextFileResponse,
  RequestError,
  type WriteTextFileRequest,
} from '@agentclientprotocol/sdk';
import type { Clock, Ids } from '../../core/ports.ts';
import type { WorkspaceError } from '../../workspace/workspaceError.ts';
import type { AgentRun } from '../agent.ts';
import { fileEvents } from '../recordable.ts';
import type { CallOutcome } from '../toolCalls.ts';
import type { FileTools } from './fileTools.ts';
import { ForeignCall } from './foreignCall.ts';
import type { ForeignCalls } from './foreignCalls.ts';

const REFUSED = -32001;

export interface AgentFilesOptions {
  readonly agentRun: AgentRun;
  readonly tools: FileTools;
  readonly foreignCalls: ForeignCalls;
  readonly stepId: () => string | null;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** The files that an agent reads and writes through us: like any tool, through the broker, inside the working directory. */
export class AgentFiles {
  readonly #options: AgentFilesOptions;

  constructor(options: AgentFilesOptions) {
    this.#options = options;
  }

  async read({ path, line, limit }: ReadTextFileRequest): Promise<ReadTextFileResponse> {
    const { agentRun, tools, stepId } = this.#options;
    const outcome = await agentRun.calls.call(
      tools.readFile,
      { path },
      { stepId: stepId(), isInstruction: false },
    );
    if (outcome.status !== 'completed') throw this.#refusal(outcome);
    // Some agents read a file before they create it, and take an error for the end.
    const text = outcome.result.value ?? '';
    if ((line === undefined || line === null) && (limit === undefined || limit === null))
      return { content: text };
    const start = Math.max(0, (line ?? 1) - 1);
    const lines = text.split('\n');
    return { content: lines.slice(start, start + (limit ?? lines.length)).join('\n') };
  }

  async write({ path, content }: WriteTextFileRequest): Promise<Record<string, never>> {
    const { agentRun, tools, foreignCalls, stepId } = this.#options;
    const allowed = foreignCalls.allowedWrite(path, content);
    if (allowed !== undefined) {
      await this.#writeAllowed({ path, content }, { decision: allowed, isRecorded: false });
      return {};
    }
    const outcome = await agentRun.calls.call(
      tools.writeFile,
      { path, content },
      { stepId: stepId(), isInstruction: false },
    );
    if (outcome.status !== 'completed') throw this.#refusal(outcome);
    foreignCalls.acted();
    return {};
  }

  /** What the agent asked for before, to the byte, is not asked a second time. */
  async #writeAllowed(
    input: { readonly path: string; readonly content: string },
    ruling: Parameters<ForeignCall['decided']>[0],
  ): Promise<void> {
    const { agentRun, tools, stepId, ids, clock } = this.#options;
    const { run, environment } = agentRun;
    const call = new ForeignCall(run, ids, tools.writeFile.name, input, stepId());
    const started = clock.monotonic();
    try {
      const prepared = await tools.writeFile.prepare(input, environment);
      if (prepared.class !== 'write' && ruling.decision.by !== 'person')
        throw new Error('Protected files need a person.');
      await call.decided(ruling);
      const nothing = (): Promise<void> => Promise.resolve();
      const { changes = [] } = await prepared.act({ started: nothing, output: nothing });
      await call.ended('completed', { duration: Math.round(clock.monotonic() - started) });
      for (const event of fileEvents(run.task.id, changes)) await run.record(event);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await call.ended('failed', { error: message });
      throw new RequestError(REFUSED, message);
    }
  }

  #refusal(outcome: Exclude<CallOutcome<unknown>, { status: 'completed' }>): RequestError {
    const error: WorkspaceError = outcome.error;
    if (outcome.status === 'denied') this.#options.foreignCalls.denied(error);
    return new RequestError(REFUSED, error.message);
  }
}
