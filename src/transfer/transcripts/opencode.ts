import { changeOf, lineCounts, ownCall, ownPath, stepsOf } from './foreignTools.ts';
import { field, type Json, list, number, record, text, time } from './json.ts';
import type { Transcript } from './transcript.ts';
import { TurnBuilder } from './turnBuilder.ts';

const KNOWN = new Set(['step-start', 'step-finish', 'reasoning', 'snapshot', 'patch', 'agent']);
const STATUS = { completed: 'completed', error: 'failed' } as const;

/** Reads what `opencode export` prints: one JSON document. */
export function readOpencode(document: Json): Transcript | undefined {
  const info = field(document, 'info');
  const source = text(info, 'id');
  if (source === undefined) return undefined;
  const turns = new TurnBuilder();
  const folder = text(info, 'directory') ?? null;
  const reader = new MessageReader(turns, folder);
  for (const message of list(document, 'messages')) reader.take(message);
  const title = text(info, 'title') ?? null;
  return { from: 'opencode', source, title, folder, turns: turns.turns(), skipped: turns.skipped };
}

class MessageReader {
  readonly #turns: TurnBuilder;
  readonly #folder: string | null;

  constructor(turns: TurnBuilder, folder: string | null) {
    this.#turns = turns;
    this.#folder = folder;
  }

  take(message: unknown): void {
    const info = field(message, 'info');
    const times = field(info, 'time');
    const at = time(field(times, 'created'));
    const role = text(info, 'role');
    const parts = list(message, 'parts');
    if (at === undefined || (role !== 'user' && role !== 'assistant')) this.#turns.skip(role ?? 'unknown');
    else if (role === 'user') this.#user(parts, at);
    else this.#assistant(info, parts, at, time(field(times, 'completed')));
  }

  #user(parts: readonly unknown[], at: string): void {
    const written = parts.filter(part => text(part, 'type') === 'text' && field(part, 'synthetic') !== true);
    const prompt = written.map(part => text(part, 'text') ?? '').join('\n');
    if (prompt.trim() === '') this.#turns.skip('user message without text');
    else this.#turns.prompt(prompt, at);
  }

  #assistant(info: unknown, parts: readonly unknown[], at: string, completed: string | undefined): void {
    this.#turns.goOn();
    const model = text(info, 'modelID');
    this.#turns.model(
      model === undefined ? null : [text(info, 'providerID'), model].filter(Boolean).join('/'),
    );
    for (const part of parts) this.#part(part, at);
    // While an answer is not complete, its tokens are not counted yet.
    if (completed !== undefined) this.#usage(info);
    const error = record(field(info, 'error'));
    if (error !== undefined) {
      const name = text(error, 'name') ?? 'error';
      const message = text(field(error, 'data'), 'message') ?? name;
      this.#turns.end(name === 'MessageAbortedError' ? 'cancelled' : 'error', completed ?? at, message);
    } else if (completed !== undefined && text(info, 'finish') === 'stop')
      this.#turns.end('completed', completed);
  }

  #part(part: unknown, at: string): void {
    const type = text(part, 'type') ?? 'unknown part';
    if (type === 'text')
      this.#turns.said(text(part, 'text') ?? '', time(field(field(part, 'time'), 'start')) ?? at);
    else if (type === 'tool') this.#tool(part, at);
    else if (!KNOWN.has(type)) this.#turns.skip(type);
  }

  #tool(part: unknown, at: string): void {
    const state = field(part, 'state');
    const given = record(field(state, 'input')) ?? {};
    const { tool, input } = ownCall(text(part, 'tool') ?? '', given, this.#folder);
    const id = text(part, 'callID') ?? text(part, 'id') ?? '';
    const times = field(state, 'time');
    const started = time(field(times, 'start')) ?? at;
    this.#turns.called(id, tool, input, started);
    if (tool === 'update_plan') this.#turns.planned(stepsOf(given), started);
    const status = text(state, 'status') ?? '';
    if (!Object.hasOwn(STATUS, status)) return;
    const exitCode = number(field(state, 'metadata'), 'exit') ?? null;
    const ended = time(field(times, 'end')) ?? started;
    const failed = status === 'error' || (exitCode !== null && exitCode !== 0);
    this.#turns.ended(id, {
      ...{ at: ended, status: failed ? 'failed' : 'completed', exitCode },
      output: text(state, 'output') ?? '',
      error: text(state, 'error')?.slice(0, 1000) ?? null,
    });
    if (!failed) this.#change(tool, input, field(state, 'metadata'), ended);
  }

  #change(tool: string, input: Json, metadata: unknown, at: string): void {
    const path = text(input, 'path');
    if (path === undefined || (tool !== 'write_file' && tool !== 'edit_file')) return;
    const existed = field(metadata, 'exists');
    const own = ownPath(path, this.#folder);
    if (tool === 'write_file') {
      const before = existed === false ? null : undefined;
      this.#turns.changed([changeOf(own, before, text(input, 'content'))], at);
      return;
    }
    const diff = text(metadata, 'diff');
    const counts = diff === undefined ? {} : lineCounts(diff);
    this.#turns.changed([{ ...changeOf(own, undefined, undefined), ...counts }], at);
  }

  #usage(info: unknown): void {
    const tokens = field(info, 'tokens');
    const cache = field(tokens, 'cache');
    const input = number(tokens, 'input');
    if (input === undefined) return;
    const cached = (number(cache, 'read') ?? 0) + (number(cache, 'write') ?? 0);
    const output = number(tokens, 'output');
    const reasoning = number(tokens, 'reasoning') ?? 0;
    const cost = number(info, 'cost');
    this.#turns.used(text(info, 'id') ?? '', {
      inputTokens: input + cached,
      outputTokens: output === undefined ? null : output + reasoning,
      // A price of nothing is that of a model whose price is not known.
      cost: cost === undefined || cost === 0 ? null : cost,
    });
  }
}
