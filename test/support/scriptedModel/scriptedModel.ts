import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { anthropicDocument, anthropicEvents } from './anthropicStream.ts';
import { geminiDocument, geminiEvents } from './geminiStream.ts';
import { openAiDocument, openAiEvents } from './openAiStream.ts';
import { responsesDocument, responsesEvents } from './responsesStream.ts';
import type { Say } from './say.ts';
import type { Protocol, Script, ScriptedReply, ScriptedRequest } from './scriptedReply.ts';
import { parseRequest } from './scriptedRequest.ts';

const PROTOCOLS: readonly (readonly [RegExp, Protocol])[] = [
  [/\/chat\/completions$/, 'openai'],
  [/\/responses$/, 'responses'],
  [/\/messages$/, 'anthropic'],
  [/:(streamGenerateContent|generateContent)$/, 'gemini'],
];
const DOCUMENTS = {
  openai: openAiDocument,
  responses: responsesDocument,
  anthropic: anthropicDocument,
  gemini: geminiDocument,
};
const EVENTS = {
  openai: openAiEvents,
  responses: responsesEvents,
  anthropic: anthropicEvents,
  gemini: geminiEvents,
};

/**
 * A model server on loopback that speaks OpenAI chat completions (`/v1/chat/completions`) and responses (`/v1/responses`),
 * Anthropic messages (`/v1/messages`) and Gemini (`/v1beta/models/NAME:streamGenerateContent`), streaming or not, and says what a script tells it to. It keeps every request.
 */
export class ScriptedModel {
  readonly requests: ScriptedRequest[] = [];
  /** Requests whose client went away before the answer was complete. */
  abandoned = 0;
  readonly #server: Server;
  #script: Script;
  #replies = 0;

  private constructor(script: Script) {
    this.#script = script;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  static async start(script: Script): Promise<ScriptedModel> {
    const model = new ScriptedModel(script);
    model.#server.listen(0, '127.0.0.1');
    await once(model.#server, 'listening');
    return model;
  }

  /** `http://127.0.0.1:PORT` */
  get origin(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** What OpenAI-compatible and Anthropic clients of the AI SDK take. */
  get baseUrl(): string {
    return `${this.origin}/v1`;
  }

  /** Starts another script; the requests stay. */
  use(script: Script): void {
    this.#script = script;
    this.#replies = 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(incoming.url ?? '/', this.origin).pathname;
    const body = await readJson(incoming);
    if (path.endsWith('/count_tokens')) {
      sendJson(response, 200, { input_tokens: 100 });
      return;
    }
    if (path.endsWith('/models')) {
      sendJson(response, 200, {
        object: 'list',
        data: [{ id: 'scripted', object: 'model', owned_by: 'test' }],
      });
      return;
    }
    const protocol = PROTOCOLS.find(([ending]) => ending.test(path))?.[1];
    if (protocol === undefined) {
      sendJson(response, 404, { error: { message: `No route ${path}` } });
      return;
    }
    const request = parseRequest(this.requests.length, protocol, incoming.headers, path, body);
    this.requests.push(request);
    response.on('close', () => {
      if (!response.writableFinished) this.abandoned++;
    });
    await this.#answer(request, this.#next(request), response);
  }

  #next(request: ScriptedRequest): ScriptedReply {
    if (typeof this.#script === 'function') return this.#script(request);
    const reply = this.#script[Math.min(this.#replies++, this.#script.length - 1)];
    return reply ?? { kind: 'error', status: 500, message: 'The script is empty.' };
  }

  async #answer(request: ScriptedRequest, reply: ScriptedReply, response: ServerResponse): Promise<void> {
    switch (reply.kind) {
      case 'say':
        return this.#say(request, reply, response);
      case 'error': {
        const error = {
          type: 'scripted_error',
          message: reply.message ?? `Scripted ${String(reply.status)}`,
        };
        sendJson(response, reply.status, { type: 'error', error }, reply.headers);
        return;
      }
      case 'drop': {
        startStream(response);
        const events = [...eventsOf(request, { kind: 'say', text: reply.text })];
        await write(response, events.slice(0, Math.max(2, events.length - 4)).join(''));
        await pause(20);
        response.destroy();
        return;
      }
      case 'garbage':
        startStream(response);
        response.end(reply.bytes);
        return;
      case 'endless':
        startStream(response);
        return endless(request, reply.text, response);
      case 'hang':
        return;
    }
  }

  async #say(request: ScriptedRequest, reply: Say, response: ServerResponse): Promise<void> {
    if (!request.stream) {
      const toDocument = DOCUMENTS[request.protocol];
      sendJson(response, 200, toDocument(reply, request.model, String(request.index)));
      return;
    }
    startStream(response);
    for (const event of eventsOf(request, reply)) {
      if (response.destroyed) return;
      await write(response, event);
      if (reply.pauseMs !== undefined) await pause(reply.pauseMs);
    }
    response.end();
  }
}

function eventsOf(request: ScriptedRequest, reply: Say): Generator<string> {
  return EVENTS[request.protocol](reply, request.model, String(request.index));
}

async function endless(request: ScriptedRequest, text: string, response: ServerResponse): Promise<void> {
  const events = [...eventsOf(request, { kind: 'say', text, chunkSize: text.length })];
  const content = events.find(event => event.includes(JSON.stringify(text).slice(1, -1))) ?? '';
  const first = events.slice(0, events.indexOf(content)).join('');
  await write(response, first);
  while (!response.destroyed) await write(response, content);
}

function startStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
}

/** Resolves when more may be written, or the client has gone. */
async function write(response: ServerResponse, text: string): Promise<void> {
  if (response.destroyed) return;
  if (response.write(text)) return new Promise(resolve => setImmediate(resolve));
  await new Promise<void>(resolve => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

async function readJson(incoming: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const parts: Buffer[] = [];
  for await (const part of incoming as AsyncIterable<Buffer>) parts.push(part);
  const text = Buffer.concat(parts).toString();
  return text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
}

function sendJson(
  response: ServerResponse,
  status: number,
  document: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(document));
}
