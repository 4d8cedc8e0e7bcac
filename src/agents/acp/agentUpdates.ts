import type { SessionNotification, SessionUpdate } from '@agentclientprotocol/sdk';
import { isSessionError } from '../../core/errors.ts';
import type { Ids, TaskRun } from '../../core/ports.ts';
import { lastBytes } from '../../core/text.ts';
import type { ReportedPlan } from '../reportedPlan.ts';
import { SpokenText } from '../spokenText.ts';
import { AcpFailure } from './acpFailure.ts';
import type { ForeignCalls } from './foreignCalls.ts';
import { isAskingMode } from './askingMode.ts';

export interface AgentUpdatesOptions {
  readonly run: TaskRun;
  readonly ids: Ids;
  readonly plan: ReportedPlan;
  readonly calls: ForeignCalls;
  readonly name: string;
  /** The task cannot go on. */
  readonly onFailure: (error: Error) => void;
  readonly onUnasked: () => Promise<void>;
}

const MAX_WAITING = 64;
const MAX_TEXT_CHARACTERS = 16 * 1024 * 1024;
const MAX_SUMMARY_BYTES = 8 * 1024;

/** What an agent tells while it works, made into our records, one after the other. */
export class AgentUpdates {
  readonly #options: AgentUpdatesOptions;
  readonly #spoken: SpokenText;
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;
  #characters = 0;
  #lastText = '';
  #isClosed = false;

  constructor(options: AgentUpdatesOptions) {
    this.#options = options;
    this.#spoken = new SpokenText(options.run, options.ids, () => options.plan.current);
  }

  /** What it said last, after all that it did. */
  get lastText(): string {
    return this.#lastText.trim();
  }

  /** Never throws: what is malformed is passed over. */
  push(params: unknown): void {
    if (this.#isClosed) return;
    this.#waiting++;
    this.#queue = this.#queue.then(async () => {
      try {
        await this.#apply((params as SessionNotification).update);
      } catch (error) {
        if (isSessionError(error)) this.#options.onFailure(error);
      } finally {
        this.#waiting--;
      }
    });
  }

  /** Resolves when what came until now is on record. */
  settled(): Promise<void> {
    return this.#queue;
  }

  /** Resolves when more may come. */
  async ready(): Promise<void> {
    if (this.#waiting >= MAX_WAITING) await this.#queue;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#queue;
    await this.#spoken.end();
  }

  async #apply(update: SessionUpdate): Promise<void> {
    const { plan, calls } = this.#options;
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
        if (update.content.type === 'text') await this.#say(update.content.text);
        break;
      case 'tool_call':
      case 'tool_call_update':
        this.#lastText = '';
        await this.#spoken.end();
        await calls.update(update);
        if (calls.isFlood) this.#flood('calls');
        break;
      case 'plan':
        await plan.update(update.entries.map(({ content, status }) => ({ title: content, status })));
        break;
      case 'usage_update':
        await this.#count(update.used, update.cost);
        break;
      case 'current_mode_update':
        if (!isAskingMode(update.currentModeId)) await this.#options.onUnasked();
        break;
      default:
        break;
    }
  }

  async #say(text: string): Promise<void> {
    this.#characters += text.length;
    if (this.#characters > MAX_TEXT_CHARACTERS) {
      this.#flood('text');
      return;
    }
    this.#lastText = lastBytes(this.#lastText + text, MAX_SUMMARY_BYTES);
    await this.#spoken.say(text);
  }

  #flood(what: string): void {
    this.#isClosed = true;
    this.#options.onFailure(
      new AcpFailure(
        'agent_flooded',
        `${this.#options.name} sent more ${what} than any task needs and was stopped.`,
      ),
    );
  }

  async #count(
    used: number,
    cost: { readonly amount: number; readonly currency: string } | null | undefined,
  ): Promise<void> {
    const { run } = this.#options;
    const usage = {
      inputTokens: used,
      outputTokens: null,
      cost: cost?.currency === 'USD' ? cost.amount : null,
    };
    await run.record({ type: 'usageReported', data: { taskId: run.task.id, usage } });
  }
}
