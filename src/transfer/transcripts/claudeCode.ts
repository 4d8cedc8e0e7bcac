import { changeOf, lineCounts, ownCall, ownPath, stepsOf } from './foreignTools.ts';
import { contentText, field, type Json, list, number, record, text, time } from './json.ts';
import type { Transcript } from './transcript.ts';
import { TurnBuilder } from './turnBuilder.ts';

/** Records about the program itself, of which nothing is to be told. */
const KNOWN = new Set([
  ...['queue-operation', 'attachment', 'atis-latch', 'last-prompt', 'cost-state', 'tools-used', 'mode'],
  ...['api-request', 'api-request-shape', 'api-request-blob', 'file-history-snapshot', 'progress', 'system'],
]);
const INTERRUPTED = '[Request interrupted by user';

/** Reads the lines of a session of Claude Code (`~/.claude/projects/{folder}/{id}.jsonl`). */
export class ClaudeCodeReader {
  readonly #turns = new TurnBuilder();
  #source: string | undefined;
  #folder: string | null = null;
  #title: string | null = null;

  take(line: Json): void {
    const type = text(line, 'type') ?? 'unknown';
    this.#source ??= text(line, 'sessionId');
    this.#folder ??= text(line, 'cwd') ?? null;
    if (type === 'summary' || type === 'ai-title' || type === 'custom-title')
      this.#title = text(line, 'summary') ?? text(line, 'title') ?? text(line, 'customTitle') ?? this.#title;
    else if (field(line, 'isSidechain') === true) this.#turns.skip('sidechain');
    else if (type === 'user') this.#user(line);
    else if (type === 'assistant') this.#assistant(line);
    else if (!KNOWN.has(type)) this.#turns.skip(type);
  }

  skip(kind: string): void {
    this.#turns.skip(kind);
  }

  finish(): Transcript | undefined {
    if (this.#source === undefined) return undefined;
    const { skipped } = this.#turns;
    const shared = { from: 'claude-code', source: this.#source, title: this.#title, skipped } as const;
    return { ...shared, folder: this.#folder, turns: this.#turns.turns() };
  }

  #user(line: Json): void {
    const at = time(field(line, 'timestamp'));
    const content = field(field(line, 'message'), 'content');
    if (at === undefined) {
      this.#turns.skip('user without a time');
      return;
    }
    const results = Array.isArray(content)
      ? content.filter(part => text(part, 'type') === 'tool_result')
      : [];
    for (const result of results) this.#result(result, line, at);
    if (results.length > 0) return;
    const prompt = contentText(content, 'text');
    if (prompt.startsWith(INTERRUPTED)) {
      this.#turns.goOn();
      this.#turns.end('cancelled', at);
    } else if (field(line, 'isMeta') === true || field(line, 'isCompactSummary') === true)
      this.#turns.skip('note of the program');
    else if (/^<(?:command-name|local-command|bash-)/.test(prompt))
      this.#turns.skip('command of the program');
    else if (prompt.trim() !== '') this.#turns.prompt(prompt, at);
  }

  #result(result: unknown, line: Json, at: string): void {
    const id = text(result, 'tool_use_id') ?? '';
    const output = contentText(field(result, 'content'), 'text');
    const failed = field(result, 'is_error') === true;
    const exit = /^Exit code (\d+)\n?/.exec(output);
    const isDenied =
      failed && /^The user doesn't want to|^Permission to use|requested permissions/.test(output);
    this.#turns.ended(id, {
      ...{ at, status: isDenied ? 'denied' : failed ? 'failed' : 'completed' },
      output: exit === null ? output : output.slice(exit[0].length),
      exitCode: exit === null ? null : Number(exit[1]),
      error: failed && exit === null ? output.slice(0, 1000) : null,
    });
    if (!failed) this.#change(field(line, 'toolUseResult'), at);
  }

  /** What a tool says it did to a file: its path, what was in it, and what was written or replaced. */
  #change(result: unknown, at: string): void {
    const path = text(result, 'filePath');
    const known = record(result);
    if (path === undefined || known === undefined || !('originalFile' in known)) return;
    const original = field(result, 'originalFile');
    const before = typeof original === 'string' ? original : original === null ? null : undefined;
    const old = text(result, 'oldString');
    const written = text(result, 'newString');
    const replaced =
      typeof before === 'string' && old !== undefined && old !== '' && written !== undefined
        ? field(result, 'replaceAll') === true
          ? before.replaceAll(old, () => written)
          : before.replace(old, () => written)
        : undefined;
    const diff = list(result, 'structuredPatch')
      .flatMap(hunk => list(hunk, 'lines'))
      .join('\n');
    const change = changeOf(ownPath(path, this.#folder), before, text(result, 'content') ?? replaced);
    this.#turns.changed([{ ...change, ...(diff === '' ? {} : lineCounts(diff)) }], at);
  }

  #assistant(line: Json): void {
    const at = time(field(line, 'timestamp'));
    const message = field(line, 'message');
    if (at === undefined) {
      this.#turns.skip('assistant without a time');
      return;
    }
    this.#turns.goOn();
    const model = text(message, 'model') ?? null;
    if (model !== '<synthetic>') this.#turns.model(model);
    for (const part of list(message, 'content')) this.#part(part, at);
    this.#usage(message);
    if (field(line, 'isApiErrorMessage') === true)
      this.#turns.end('error', at, contentText(field(message, 'content'), 'text').slice(0, 2000));
    else if (['end_turn', 'stop_sequence'].includes(text(message, 'stop_reason') ?? ''))
      this.#turns.end('completed', at);
  }

  #part(part: unknown, at: string): void {
    const type = text(part, 'type');
    if (type === 'text') this.#turns.said(text(part, 'text') ?? '', at);
    else if (type === 'tool_use') {
      const given = record(field(part, 'input')) ?? {};
      const { tool, input } = ownCall(text(part, 'name') ?? '', given, this.#folder);
      this.#turns.called(text(part, 'id') ?? '', tool, input, at);
      if (tool === 'update_plan') this.#turns.planned(stepsOf(given), at);
    } else if (type !== 'thinking' && type !== 'redacted_thinking') this.#turns.skip(type ?? 'unknown part');
  }

  #usage(message: unknown): void {
    const usage = record(field(message, 'usage'));
    if (usage === undefined) return;
    const input = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'].map(name =>
      number(usage, name),
    );
    const isKnown = input.some(count => count !== undefined);
    this.#turns.used(text(message, 'id') ?? '', {
      inputTokens: isKnown ? input.reduce<number>((sum, count) => sum + (count ?? 0), 0) : null,
      outputTokens: number(usage, 'output_tokens') ?? null,
      cost: null,
    });
  }
}
