import * as vscode from 'vscode';
import type { HostModel, ProviderModel } from '../agents/model/hostModel.ts';

type CallOptions = Parameters<ProviderModel['doStream']>[0];
type Prompt = CallOptions['prompt'];
type AssistantPart = vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart;
type Streamed = Awaited<ReturnType<ProviderModel['doStream']>>['stream'];
type StreamPart = Streamed extends ReadableStream<infer Part> ? Part : never;

const UNKNOWN_USAGE = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

/** The models of VS Code, for the model agent. Used only for tasks that a person started: VS Code asks for consent then. */
export const hostModel: HostModel = {
  list: async () => {
    try {
      return (await vscode.lm.selectChatModels()).map(({ id, name }) => ({ id, title: name }));
    } catch {
      // Where chat is turned off.
      return [];
    }
  },
  open: async name => {
    const models = await vscode.lm.selectChatModels();
    const model =
      name === undefined ? models[0] : models.find(({ id, family }) => id === name || family === name);
    if (model !== undefined) return bridge(model);
    const known = [...new Set(models.map(({ id }) => id))].join(', ');
    throw new Error(
      models.length === 0
        ? 'VS Code has no language model: sign in to one (GitHub Copilot, say), or install an extension that provides one.'
        : `VS Code has no model "${name ?? ''}". It has: ${known}.`,
    );
  },
};

/** A model of VS Code in the shape that the model loop takes. */
function bridge(model: vscode.LanguageModelChat): ProviderModel {
  return {
    specificationVersion: 'v4',
    provider: 'vscode',
    modelId: model.id,
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('Only streams are supported.')),
    doStream: async options => {
      const source = new vscode.CancellationTokenSource();
      options.abortSignal?.addEventListener('abort', () => source.cancel());
      const response = await model.sendRequest(
        options.prompt.flatMap(toMessages),
        { tools: toTools(options.tools), justification: 'Carries out the task that you started.' },
        source.token,
      );
      return { stream: toStream(response.stream, source) };
    },
  };
}

function toMessages(message: Prompt[number]): vscode.LanguageModelChatMessage[] {
  switch (message.role) {
    case 'system':
      // There is no such role.
      return [vscode.LanguageModelChatMessage.User(message.content)];
    case 'user':
      return [
        vscode.LanguageModelChatMessage.User(
          message.content.flatMap(part => (part.type === 'text' ? [text(part.text)] : [])),
        ),
      ];
    case 'assistant': {
      const parts = message.content.flatMap((part): AssistantPart[] => {
        if (part.type === 'text') return part.text === '' ? [] : [text(part.text)];
        return part.type === 'tool-call'
          ? [new vscode.LanguageModelToolCallPart(part.toolCallId, part.toolName, toObject(part.input))]
          : [];
      });
      return parts.length === 0 ? [] : [vscode.LanguageModelChatMessage.Assistant(parts)];
    }
    case 'tool': {
      const parts = message.content.flatMap(part =>
        part.type === 'tool-result'
          ? [new vscode.LanguageModelToolResultPart(part.toolCallId, [text(outputText(part.output))])]
          : [],
      );
      return [vscode.LanguageModelChatMessage.User(parts)];
    }
  }
}

function text(value: string): vscode.LanguageModelTextPart {
  return new vscode.LanguageModelTextPart(value);
}

function toObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function outputText(output: { readonly type: string; readonly value?: unknown }): string {
  return typeof output.value === 'string' ? output.value : JSON.stringify(output.value ?? '');
}

function toTools(tools: CallOptions['tools']): vscode.LanguageModelChatTool[] {
  return (tools ?? []).flatMap(tool =>
    tool.type === 'function'
      ? [{ name: tool.name, description: tool.description ?? '', inputSchema: tool.inputSchema }]
      : [],
  );
}

/** VS Code does not tell how many tokens were used, nor why a reply ended. */
function toStream(
  parts: AsyncIterable<unknown>,
  source: vscode.CancellationTokenSource,
): ReadableStream<StreamPart> {
  const iterator = toParts(parts)[Symbol.asyncIterator]();
  return new ReadableStream<StreamPart>({
    async pull(controller) {
      try {
        const next = await iterator.next();
        if (next.done !== true) controller.enqueue(next.value);
        else {
          source.dispose();
          controller.close();
        }
      } catch (error) {
        source.dispose();
        controller.error(error);
      }
    },
    cancel() {
      source.cancel();
      source.dispose();
    },
  });
}

async function* toParts(parts: AsyncIterable<unknown>): AsyncGenerator<StreamPart> {
  yield { type: 'stream-start', warnings: [] };
  let isSpeaking = false;
  let hasCalls = false;
  for await (const part of parts) {
    if (part instanceof vscode.LanguageModelTextPart) {
      if (!isSpeaking) yield { type: 'text-start', id: 'text' };
      isSpeaking = true;
      yield { type: 'text-delta', id: 'text', delta: part.value };
    } else if (part instanceof vscode.LanguageModelToolCallPart) {
      hasCalls = true;
      const { callId: toolCallId, name: toolName, input } = part;
      yield { type: 'tool-call', toolCallId, toolName, input: JSON.stringify(input) };
    }
  }
  if (isSpeaking) yield { type: 'text-end', id: 'text' };
  const unified = hasCalls ? 'tool-calls' : 'stop';
  yield { type: 'finish', finishReason: { unified, raw: unified }, usage: UNKNOWN_USAGE };
}
