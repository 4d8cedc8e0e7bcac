import type { FileChange, Usage } from '../../core/task.ts';
import type { Act, TranscriptCall, TranscriptResult, TranscriptStep, Turn, TurnEnd } from './transcript.ts';

interface OpenCall extends Omit<TranscriptCall, 'result'> {
  result: TranscriptResult | null;
}

/** Gathers what one turn consists of while its records are read. */
class OpenTurn {
  readonly prompt: string;
  readonly at: string;
  readonly acts: Act[] = [];
  readonly calls = new Map<string, OpenCall>();
  model: string | null = null;
  usage: Usage | null = null;
  end: TurnEnd | undefined;
  last: string;

  constructor(prompt: string, at: string) {
    this.prompt = prompt;
    this.at = at;
    this.last = at;
  }
}

/** Builds turns from records in their order. What comes before the first prompt, or after an end, belongs to no turn. */
export class TurnBuilder {
  readonly skipped = new Map<string, number>();
  readonly #turns: OpenTurn[] = [];
  readonly #callIds = new Map<string, number>();
  #usageOf = new Map<string, Usage>();

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  skip(kind: string): void {
    const name = kind.slice(0, 60);
    this.skipped.set(name, (this.skipped.get(name) ?? 0) + 1);
  }

  prompt(text: string, at: string): void {
    this.#turns.push(new OpenTurn(text, at));
    this.#usageOf = new Map();
  }

  said(text: string, at: string): void {
    if (text.trim() !== '') this.#act({ kind: 'said', at, text }, 'message');
  }

  called(id: string, tool: string, input: Readonly<Record<string, unknown>>, at: string): void {
    const turn = this.#open;
    if (turn === undefined) {
      this.skip('tool call');
      return;
    }
    const seen = this.#callIds.get(id) ?? 0;
    this.#callIds.set(id, seen + 1);
    const call: OpenCall = { id: seen === 0 ? id : `${id}-${String(seen + 1)}`, tool, input, result: null };
    turn.calls.set(id, call);
    this.#act({ kind: 'called', at, call }, 'tool call');
  }

  /** What came of a call; what is known already stays. */
  ended(id: string, result: TranscriptResult): void {
    const call = this.#open?.calls.get(id);
    if (call === undefined) {
      this.skip('tool result');
      return;
    }
    this.#touch(result.at);
    const { result: known } = call;
    call.result =
      known === null
        ? result
        : { ...known, exitCode: known.exitCode ?? result.exitCode, error: known.error ?? result.error };
  }

  planned(steps: readonly TranscriptStep[], at: string): void {
    if (steps.length > 0) this.#act({ kind: 'planned', at, steps }, 'plan');
  }

  changed(changes: readonly FileChange[], at: string): void {
    if (changes.length > 0) this.#act({ kind: 'changed', at, changes }, 'file change');
  }

  model(name: string | null): void {
    if (this.#open !== undefined && name !== null && name !== '') this.#open.model = name;
  }

  /** Tokens of one reply: told again under the same key, they are counted once. */
  used(key: string, usage: Usage): void {
    const turn = this.#open;
    if (turn === undefined) return;
    this.#usageOf.set(key, usage);
    turn.usage = [...this.#usageOf.values()].reduce((sum, one) => ({
      inputTokens: add(sum.inputTokens, one.inputTokens),
      outputTokens: add(sum.outputTokens, one.outputTokens),
      cost: add(sum.cost, one.cost),
    }));
  }

  end(status: TurnEnd['status'], at: string, error: string | null = null): void {
    const turn = this.#open;
    if (turn === undefined) return;
    turn.end = { status, at, error };
  }

  /** Takes an end back: the agent went on. */
  goOn(): void {
    const turn = this.#turns.at(-1);
    if (turn?.end?.status === 'completed') turn.end = undefined;
  }

  turns(): readonly Turn[] {
    return this.#turns.map(({ prompt, at, acts, model, usage, end, last }) => ({
      ...{ prompt, at, acts, model, usage },
      end: end ?? { status: 'interrupted', at: last, error: null },
    }));
  }

  get #open(): OpenTurn | undefined {
    const turn = this.#turns.at(-1);
    return turn?.end === undefined ? turn : undefined;
  }

  #act(act: Act, kind: string): void {
    if (this.#open === undefined) this.skip(kind);
    else this.#open.acts.push(act);
    this.#touch(act.at);
  }

  #touch(at: string): void {
    const turn = this.#open;
    if (turn !== undefined && at > turn.last) turn.last = at;
  }
}

function add(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : a + b;
}
