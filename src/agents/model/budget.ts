import type { Clock, TaskOutcome } from '../../core/ports.ts';
import type { Usage } from '../../core/task.ts';
import { DEFAULT_LIMITS, type ModelSettings } from './modelSettings.ts';

/** What one reply used; `undefined` where the provider does not say. */
export interface ReplyUsage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** As the provider tells it (OpenRouter does). */
  readonly cost: number | undefined;
}

type Failed = Extract<TaskOutcome, { status: 'failed' }>;

/** Counts what a task uses against the limits that the user set. */
export class Budget {
  readonly #settings: ModelSettings;
  readonly #clock: Clock;
  readonly #started: number;
  #steps = 0;
  #input: number | null = null;
  #output: number | null = null;
  #cost: number | null = null;

  constructor(settings: ModelSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#started = clock.monotonic();
  }

  count(usage: ReplyUsage): void {
    this.#steps++;
    this.#input = sum(this.#input, usage.inputTokens);
    this.#output = sum(this.#output, usage.outputTokens);
    const { price } = this.#settings;
    const computed =
      price === undefined
        ? undefined
        : ((usage.inputTokens ?? 0) * price.input + (usage.outputTokens ?? 0) * price.output) / 1_000_000;
    this.#cost = sum(this.#cost, usage.cost ?? computed);
  }

  get usage(): Usage {
    return { inputTokens: this.#input, outputTokens: this.#output, cost: this.#cost };
  }

  /** Milliseconds until the time is up; `Infinity` when there is no limit. */
  get timeLeft(): number {
    const { minutes } = this.#limits;
    return minutes === undefined ? Infinity : minutes * 60_000 - (this.#clock.monotonic() - this.#started);
  }

  /** Why the task ends here; `undefined` when it may go on. */
  get exceeded(): Failed | undefined {
    const { steps, tokens, cost, minutes } = this.#limits;
    const used = (this.#input ?? 0) + (this.#output ?? 0);
    if (this.timeLeft <= 0) return limit('timeout', 'limit_time', `${String(minutes)} minutes`, 'minutes');
    if (steps !== undefined && this.#steps >= steps)
      return limit('error', 'limit_steps', `${String(steps)} replies of the model`, 'steps');
    if (tokens !== undefined && used >= tokens)
      return limit('error', 'limit_tokens', `${String(tokens)} tokens`, 'tokens');
    if (cost !== undefined && (this.#cost ?? 0) >= cost)
      return limit('error', 'limit_cost', `$${String(cost)}`, 'cost');
    return undefined;
  }

  get #limits(): NonNullable<ModelSettings['limits']> {
    return { ...DEFAULT_LIMITS, ...this.#settings.limits };
  }
}

function limit(reason: Failed['reason'], errorCode: string, what: string, setting: string): Failed {
  const error =
    `The task reached its limit of ${what} before it was done. What it had done is kept. ` +
    `Run a task that goes on from here, or raise "model.limits.${setting}" first.`;
  return { status: 'failed', reason, errorCode, error };
}

function sum(total: number | null, more: number | undefined): number | null {
  return more === undefined || !Number.isFinite(more) ? total : (total ?? 0) + more;
}
