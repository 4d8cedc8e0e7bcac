import { createHash } from 'node:crypto';
import type { SessionRecord } from '../../core/events.ts';
import { outcomeOf } from '../../core/outcome.ts';
import type { SessionState } from '../../core/state.ts';
import { tallyOf } from '../../core/tally.ts';
import type { AgentTask, Usage } from '../../core/task.ts';
import type { ToolCall } from '../../core/toolCall.ts';

export type AttributeValue = string | number | boolean;

/** A finished piece of work, as OpenTelemetry calls it. */
export interface SpanData {
  /** 32 hex digits: the session. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly start: Date;
  readonly end: Date;
  /** Stable code of what went wrong; absent when nothing did. */
  readonly error?: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** How far a task's usage was told already, and since when the next reply of its model may have been under way. */
interface Progress {
  usage: Usage | null;
  since: Date;
}

/**
 * Makes spans of what happened, by the semantic conventions for generative AI: a session is a trace, a task `invoke_agent`, a
 * call `execute_tool`, a reply of a model `chat`. Ids come from the ids of the ledger, so nothing need be kept between them.
 * Texts (prompts, commands, outputs, titles, paths) are in none of them, unless `content` allows it.
 */
export class SpanMaker {
  readonly #content: boolean;
  readonly #progress = new Map<string, Progress>();

  constructor(content: boolean) {
    this.#content = content;
  }

  /** What a record brings to its end. `state` has the record. */
  spansOf({ at, event }: SessionRecord, state: SessionState): SpanData[] {
    const end = new Date(at);
    switch (event.type) {
      case 'taskStarted':
        this.#progress.set(event.data.taskId, { usage: null, since: end });
        return [];
      case 'usageReported':
        return this.#withTask(state, event.data.taskId, task => this.#chat(task, event.data.usage, end));
      case 'toolCallEnded':
        return this.#withTask(state, event.data.taskId, task =>
          this.#tool(task, state.toolCalls.get(event.data.callId), end),
        );
      case 'taskCompleted':
      case 'taskFailed':
        this.#progress.delete(event.data.taskId);
        return this.#withTask(state, event.data.taskId, task => this.#task(task, end));
      case 'sessionEnded':
        return [this.#session(state, end)];
      default:
        return [];
    }
  }

  #withTask(
    state: SessionState,
    taskId: string,
    make: (task: AgentTask) => SpanData | undefined,
  ): SpanData[] {
    const task = state.tasks.get(taskId);
    const span = task && make(task);
    return span === undefined ? [] : [span];
  }

  #session({ metadata }: SessionState, end: Date): SpanData {
    const { sessionId, startTime, status, title, totalTasks, completedTasks } = metadata;
    return {
      ...{ traceId: traceId(sessionId), spanId: spanId(sessionId), name: 'session', start: startTime, end },
      attributes: {
        'gen_ai.conversation.id': sessionId,
        'coding_agent.session.status': status,
        'coding_agent.session.tasks': totalTasks,
        'coding_agent.session.completed_tasks': completedTasks,
        ...(this.#content && { 'coding_agent.session.title': title }),
      },
    };
  }

  #task(task: AgentTask, end: Date): SpanData {
    const { id, sessionId, agent, type, attempt, retryOf, usage, status, errorCode, reason, verification } =
      task;
    return {
      ...{ traceId: traceId(sessionId), spanId: spanId(id), parentSpanId: spanId(sessionId) },
      ...{ name: `invoke_agent ${agent}`, start: task.startedAt ?? task.createdAt, end },
      ...(status === 'failed' && { error: errorCode ?? reason ?? '_OTHER' }),
      attributes: {
        ...common('invoke_agent', task),
        ...usageAttributes(usage),
        'coding_agent.task.id': id,
        'coding_agent.task.type': type,
        'coding_agent.task.attempt': attempt,
        'coding_agent.task.outcome': outcomeOf(tallyOf(task)),
        ...(reason !== undefined && { 'coding_agent.task.reason': reason }),
        ...(retryOf !== undefined && { 'coding_agent.task.retry_of': retryOf }),
        ...(verification !== null && { 'coding_agent.task.verified': verification.passed }),
        ...(usage?.cost != null && { 'coding_agent.task.cost_usd': usage.cost }),
        ...(this.#content && {
          'gen_ai.input.messages': messages('user', task.description),
          'gen_ai.output.messages': messages(
            'assistant',
            task.error ?? JSON.stringify(task.result ?? null),
            'stop',
          ),
        }),
      },
    };
  }

  #tool(task: AgentTask, call: ToolCall | undefined, end: Date): SpanData | undefined {
    const progress = this.#progress.get(task.id);
    if (progress !== undefined) progress.since = end;
    if (call === undefined) return undefined;
    const { id, tool, status, requestedAt, exitCode, decision, input, output } = call;
    return {
      ...{
        traceId: traceId(task.sessionId),
        spanId: spanId(`${task.id}/${id}`),
        parentSpanId: spanId(task.id),
      },
      ...{ name: `execute_tool ${tool}`, start: requestedAt, end },
      ...(status !== 'completed' && { error: status }),
      attributes: {
        ...common('execute_tool', task),
        'gen_ai.tool.name': tool,
        'gen_ai.tool.type': 'function',
        'gen_ai.tool.call.id': id,
        ...(exitCode != null && { 'process.exit.code': exitCode }),
        ...(decision !== undefined && {
          'coding_agent.decision.by': decision.by,
          'coding_agent.decision.allowed': decision.allowed,
        }),
        ...(this.#content && {
          'gen_ai.tool.call.arguments': JSON.stringify(input),
          'gen_ai.tool.call.result': output?.tail ?? '',
        }),
      },
    };
  }

  /** A reply is not on record as such: it began, at the earliest, when what came before it had ended. */
  #chat(task: AgentTask, usage: Usage, end: Date): SpanData | undefined {
    const { sessionId, id, model, startedAt, createdAt } = task;
    const { usage: before, since } = this.#progress.get(id) ?? { usage: null, since: startedAt ?? createdAt };
    this.#progress.set(id, { usage, since: end });
    const own: Usage = {
      inputTokens: difference(usage.inputTokens, before?.inputTokens),
      outputTokens: difference(usage.outputTokens, before?.outputTokens),
      cost: null,
    };
    const number = `${usage.inputTokens ?? 0}+${usage.outputTokens ?? 0}`;
    return {
      ...{ traceId: traceId(sessionId), spanId: spanId(`${id}/chat/${number}`), parentSpanId: spanId(id) },
      ...{ name: model === null ? 'chat' : `chat ${model}`, start: since, end },
      attributes: { ...common('chat', task), ...usageAttributes(own) },
    };
  }
}

function common(operation: string, { sessionId, agent, model }: AgentTask): Record<string, AttributeValue> {
  return {
    'gen_ai.operation.name': operation,
    'gen_ai.conversation.id': sessionId,
    'gen_ai.agent.name': agent,
    ...(model !== null && { 'gen_ai.request.model': model }),
  };
}

function usageAttributes(usage: Usage | null): Record<string, AttributeValue> {
  return {
    ...(usage?.inputTokens != null && { 'gen_ai.usage.input_tokens': usage.inputTokens }),
    ...(usage?.outputTokens != null && { 'gen_ai.usage.output_tokens': usage.outputTokens }),
  };
}

function messages(role: string, content: string, finishReason?: string): string {
  const finish = finishReason === undefined ? {} : { finish_reason: finishReason };
  return JSON.stringify([{ role, parts: [{ type: 'text', content }], ...finish }]);
}

function difference(now: number | null, before: number | null | undefined): number | null {
  return now === null ? null : now - (before ?? 0);
}

/** A session id is a random UUID: its digits are a trace id. */
function traceId(sessionId: string): string {
  return sessionId.replaceAll('-', '');
}

function spanId(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 16);
}
