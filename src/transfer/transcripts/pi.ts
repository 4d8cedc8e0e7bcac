import { changeOf, lineCounts, ownCall, ownPath, stepsOf } from './foreignTools.ts';
import { contentText, field, type Json, list, number, record, text, time } from './json.ts';
import type { Transcript } from './transcript.ts';
import { TurnBuilder } from './turnBuilder.ts';

const KNOWN = new Set(['model_change', 'thinking_level_change', 'label', 'session_info', 'usage', 'system']);

/**
 * Reads the lines of a session of pi (`~/.pi/agent/sessions/{folder}/{time}_{id}.jsonl`). Its entries form a tree: the branch
 * that ends with the last entry is the session, the others are counted.
 */
export class PiReader {
  readonly #turns = new TurnBuilder();
  readonly #entries = new Map<string, Json>();
  #last: Json | undefined;
  #source: string | undefined;
  #folder: string | null = null;
  #title: string | null = null;
  #calls = new Map<string, { readonly tool: string; readonly input: Json }>();

  take(line: Json): void {
    if (text(line, 'type') === 'session') {
      this.#source ??= text(line, 'id');
      this.#folder ??= text(line, 'cwd') ?? null;
      return;
    }
    if (text(line, 'type') === 'session_info') this.#title = text(line, 'name') ?? this.#title;
    this.#entries.set(text(line, 'id') ?? `line-${String(this.#entries.size)}`, line);
    this.#last = line;
  }

  skip(kind: string): void {
    this.#turns.skip(kind);
  }

  finish(): Transcript | undefined {
    if (this.#source === undefined) return undefined;
    const branch = this.#branch();
    for (const entry of branch) this.#entry(entry);
    for (let rest = this.#entries.size - branch.length; rest > 0; rest--) this.#turns.skip('other branch');
    const { skipped } = this.#turns;
    const shared = { from: 'pi', source: this.#source, title: this.#title, skipped } as const;
    return { ...shared, folder: this.#folder, turns: this.#turns.turns() };
  }

  /** From the root to the last entry. A file of version 1 has no parents: it is one branch. */
  #branch(): readonly Json[] {
    if (this.#last === undefined || !Object.hasOwn(this.#last, 'parentId'))
      return [...this.#entries.values()];
    const branch = new Set<Json>();
    for (let at: Json | undefined = this.#last; at !== undefined && !branch.has(at);) {
      branch.add(at);
      at = this.#entries.get(text(at, 'parentId') ?? '');
    }
    return [...branch].reverse();
  }

  #entry(entry: Json): void {
    const type = text(entry, 'type') ?? 'unknown';
    const message = record(field(entry, 'message'));
    const at = time(field(entry, 'timestamp'));
    if (type !== 'message' || message === undefined || at === undefined) {
      if (!KNOWN.has(type)) this.#turns.skip(type);
      return;
    }
    const role = text(message, 'role') ?? 'unknown';
    if (role === 'user') {
      const prompt = contentText(field(message, 'content'), 'text');
      if (prompt.trim() !== '') this.#turns.prompt(prompt, at);
    } else if (role === 'assistant') this.#assistant(message, at);
    else if (role === 'toolResult') this.#result(message, at);
    else if (!KNOWN.has(role)) this.#turns.skip(role);
  }

  #assistant(message: Json, at: string): void {
    const model = text(message, 'model');
    this.#turns.model(
      model === undefined ? null : [text(message, 'provider'), model].filter(Boolean).join('/'),
    );
    for (const part of list(message, 'content')) {
      const type = text(part, 'type');
      if (type === 'text') this.#turns.said(text(part, 'text') ?? '', at);
      else if (type === 'toolCall') {
        const given = record(field(part, 'arguments')) ?? {};
        const call = ownCall(text(part, 'name') ?? '', given, this.#folder);
        const id = text(part, 'id') ?? '';
        this.#calls.set(id, call);
        this.#turns.called(id, call.tool, call.input, at);
        if (call.tool === 'update_plan') this.#turns.planned(stepsOf(given), at);
      } else if (type !== 'thinking') this.#turns.skip(type ?? 'unknown part');
    }
    const usage = field(message, 'usage');
    const input = ['input', 'cacheRead', 'cacheWrite'].map(name => number(usage, name) ?? 0);
    // A price of nothing is that of a model whose price is not known.
    const cost = number(field(usage, 'cost'), 'total');
    if (record(usage) !== undefined)
      this.#turns.used(at, {
        inputTokens: input.reduce((sum, count) => sum + count, 0),
        outputTokens: number(usage, 'output') ?? null,
        cost: cost === undefined || cost === 0 ? null : cost,
      });
    const reason = text(message, 'stopReason');
    if (reason === 'stop') this.#turns.end('completed', at);
    else if (reason === 'aborted') this.#turns.end('cancelled', at);
    else if (reason === 'error' || reason === 'length')
      this.#turns.end('error', at, text(message, 'errorMessage') ?? 'The answer was cut off at its limit.');
  }

  #result(message: Json, at: string): void {
    const id = text(message, 'toolCallId') ?? '';
    const failed = field(message, 'isError') === true;
    const output = contentText(field(message, 'content'), 'text');
    const exit = /\n*Command exited with code (\d+)$/.exec(output);
    this.#turns.ended(id, {
      ...{ at, status: failed ? 'failed' : 'completed' },
      output: exit === null ? output : output.slice(0, exit.index),
      exitCode: exit === null ? null : Number(exit[1]),
      error: failed && exit === null ? output.slice(0, 1000) : null,
    });
    const call = this.#calls.get(id);
    const path = text(call?.input, 'path');
    if (failed || path === undefined) return;
    const own = ownPath(path, this.#folder);
    // Whether it made the file or replaced one, the transcript does not say.
    if (call?.tool === 'write_file')
      this.#turns.changed([changeOf(own, undefined, text(call.input, 'content'))], at);
    const patch = text(field(message, 'details'), 'patch');
    if (call?.tool === 'edit_file')
      this.#turns.changed(
        [{ ...changeOf(own, undefined, undefined), ...(patch === undefined ? {} : lineCounts(patch)) }],
        at,
      );
  }
}
