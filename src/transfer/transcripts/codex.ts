import type { FileChange } from '../../core/task.ts';
import { changeOf, lineCounts, ownCall, ownPath, stepsOf } from './foreignTools.ts';
import { contentText, field, type Json, number, parsed, record, text, time } from './json.ts';
import type { Transcript } from './transcript.ts';
import { TurnBuilder } from './turnBuilder.ts';

const KNOWN = new Set([
  ...[
    'thread_settings_applied',
    'agent_message',
    'agent_reasoning',
    'agent_reasoning_raw_content',
    'reasoning',
  ],
  ...['world_state', 'token_usage_record', 'exec_command_begin'],
  ...['patch_apply_begin', 'session_configured', 'ghost_snapshot', 'plan_update', 'turn_diff'],
]);

/** Reads the lines of a rollout of Codex (`~/.codex/sessions/{year}/{month}/{day}/rollout-{time}-{id}.jsonl`). */
export class CodexReader {
  readonly #turns = new TurnBuilder();
  #source: string | undefined;
  #folder: string | null = null;
  #model: string | null = null;
  /** Tokens of the session so far, and before this turn. */
  #total = { input: 0, output: 0 };
  #before = { input: 0, output: 0 };
  #prompt: string | undefined;

  take(line: Json): void {
    const at = time(field(line, 'timestamp'));
    const payload = record(field(line, 'payload'));
    if (at === undefined || payload === undefined) {
      this.#turns.skip(text(line, 'type') ?? 'unknown');
      return;
    }
    switch (text(line, 'type')) {
      case 'session_meta':
        // A resumed or forked session repeats those of the sessions before; the first is its own.
        this.#source ??= text(payload, 'id') ?? text(payload, 'session_id');
        this.#folder ??= text(payload, 'cwd') ?? null;
        return;
      case 'turn_context':
        this.#model = text(payload, 'model') ?? this.#model;
        return;
      case 'response_item':
        this.#item(payload, at);
        return;
      case 'event_msg':
        this.#event(payload, at);
        return;
      default:
        this.#skip(text(line, 'type'));
    }
  }

  skip(kind: string): void {
    this.#turns.skip(kind);
  }

  finish(): Transcript | undefined {
    if (this.#source === undefined) return undefined;
    const { skipped } = this.#turns;
    const shared = { from: 'codex', source: this.#source, title: null, skipped } as const;
    return { ...shared, folder: this.#folder, turns: this.#turns.turns() };
  }

  #skip(type: string | undefined): void {
    if (type === undefined || !KNOWN.has(type)) this.#turns.skip(type ?? 'unknown');
  }

  #start(prompt: string, at: string): void {
    // Both what was typed and what the model was sent are on record.
    if (prompt.trim() === '' || (this.#turns.isOpen && this.#prompt === prompt)) return;
    this.#prompt = prompt;
    this.#before = this.#total;
    this.#turns.prompt(prompt, at);
    this.#turns.model(this.#model);
  }

  #item(item: Json, at: string): void {
    const type = text(item, 'type');
    const id = text(item, 'call_id') ?? '';
    if (type === 'message') {
      if (text(item, 'role') === 'assistant')
        this.#turns.said(contentText(field(item, 'content'), 'output_text'), at);
    } else if (type === 'function_call' || type === 'custom_tool_call' || type === 'local_shell_call')
      this.#call(item, id, at);
    else if (type === 'function_call_output' || type === 'custom_tool_call_output')
      this.#output(item, id, at);
    else this.#skip(type);
  }

  #call(item: Json, id: string, at: string): void {
    const name = text(item, 'name') ?? 'local_shell';
    const raw = text(item, 'arguments');
    const given =
      raw === undefined
        ? (record(field(item, 'action')) ?? { input: text(item, 'input') ?? '' })
        : (record(parsed(raw)) ?? { arguments: raw });
    const { tool, input } = ownCall(name, given, this.#folder);
    this.#turns.called(id, tool, input, at);
    if (tool === 'update_plan') this.#turns.planned(stepsOf(given), at);
  }

  #output(item: Json, id: string, at: string): void {
    const raw = field(item, 'output');
    const sent = typeof raw === 'string' ? raw : (text(raw, 'content') ?? contentText(raw, 'input_text'));
    const told = record(parsed(sent));
    const output = text(told, 'output') ?? sent;
    const head =
      /^(?:[^\n]+\n)*?(?:Exit code: |Process exited with code )(\d+)\n(?:[^\n]+\n)*?Output:\n/.exec(output);
    const exitCode = number(field(told, 'metadata'), 'exit_code') ?? (head === null ? null : Number(head[1]));
    this.#turns.ended(id, {
      ...{ at, exitCode, status: exitCode === null || exitCode === 0 ? 'completed' : 'failed', error: null },
      output: head === null ? output : output.slice(head[0].length),
    });
  }

  #event(event: Json, at: string): void {
    const type = text(event, 'type');
    switch (type) {
      case 'task_started':
      case 'turn_started':
        this.#prompt = undefined;
        return;
      case 'user_message':
        this.#start(text(event, 'message') ?? '', at);
        return;
      case 'item_completed':
        this.#completed(record(field(event, 'item')) ?? {}, at);
        return;
      case 'exec_command_end':
        this.#exit(text(event, 'call_id'), event, at);
        return;
      case 'patch_apply_end':
        if (field(event, 'success') === true) this.#changes(field(event, 'changes'), at);
        return;
      case 'token_count':
        this.#usage(field(field(event, 'info'), 'total_token_usage'));
        return;
      case 'task_complete':
      case 'turn_complete':
        this.#turns.end('completed', at);
        return;
      case 'turn_aborted':
        this.#turns.end(text(event, 'reason') === 'interrupted' ? 'cancelled' : 'interrupted', at);
        return;
      case 'error':
        this.#turns.end('error', at, text(event, 'message') ?? 'The agent told of an error.');
        return;
      default:
        this.#skip(type);
    }
  }

  #completed(item: Json, at: string): void {
    const type = text(item, 'type');
    if (type === 'UserMessage') this.#start(contentText(field(item, 'content'), 'text'), at);
    else if (type === 'CommandExecution') this.#exit(text(item, 'id'), item, at);
    else if (type === 'FileChange') {
      if (text(item, 'status') === 'completed') this.#changes(field(item, 'changes'), at);
    } else if (type !== 'AgentMessage' && type !== 'Reasoning') this.#turns.skip(type ?? 'unknown item');
  }

  #exit(id: string | undefined, told: Json, at: string): void {
    const exitCode = number(told, 'exit_code');
    if (id === undefined || exitCode === undefined || !this.#turns.isOpen) return;
    const status = exitCode === 0 ? 'completed' : 'failed';
    this.#turns.ended(id, {
      at,
      status,
      exitCode,
      output: text(told, 'aggregated_output') ?? '',
      error: null,
    });
  }

  #changes(changes: unknown, at: string): void {
    const all = Object.entries(record(changes) ?? {}).map(([path, change]): FileChange => {
      const own = ownPath(path, this.#folder);
      const type = text(change, 'type');
      const diff = text(change, 'unified_diff');
      const counts = diff === undefined ? {} : lineCounts(diff);
      const moved = text(change, 'move_path');
      if (moved !== undefined)
        return { path: ownPath(moved, this.#folder), kind: 'renamed', from: own, ...counts };
      if (type === 'add') return changeOf(own, null, text(change, 'content'));
      if (type === 'delete') return { ...changeOf(own, text(change, 'content'), null), kind: 'deleted' };
      return { ...changeOf(own, undefined, undefined), ...counts };
    });
    this.#turns.changed(all, at);
  }

  #usage(total: unknown): void {
    const input = number(total, 'input_tokens');
    const output = number(total, 'output_tokens');
    if (input === undefined || output === undefined) return;
    this.#total = { input, output };
    const inputTokens = Math.max(0, input - this.#before.input);
    this.#turns.used('', {
      inputTokens,
      outputTokens: Math.max(0, output - this.#before.output),
      cost: null,
    });
  }
}
