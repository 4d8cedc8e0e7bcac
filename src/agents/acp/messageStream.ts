import type { Readable } from 'node:stream';
import type { AnyMessage, AnyNotification } from '@agentclientprotocol/sdk';

const MAX_LINE_BYTES = 32 * 1024 * 1024;
const MAX_NOISE_LINES = 2000;

/** Why an agent's output is not listened to any more. */
export class BadStream extends Error {
  override readonly name = 'BadStream';
}

export interface MessageStreamOptions {
  readonly output: Readable;
  /** Resolves when another message may be taken: what an agent says faster than that waits in the pipe. */
  readonly ready: () => Promise<void>;
  /** What the agent tells without asking for an answer; in the order of all messages. Never throws. */
  readonly onNotification: (method: string, params: unknown) => void;
  /** The stream broke: with why. */
  readonly onEnd: (error: BadStream | undefined) => void;
}

/** The messages that an agent writes to its standard output, one a line. Other lines are noise, up to a measure. */
export function messageStream(options: MessageStreamOptions): ReadableStream<AnyMessage> {
  const messages = readMessages(options);
  return new ReadableStream<AnyMessage>(
    {
      async pull(controller) {
        const next = await messages.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await messages.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* readMessages(options: MessageStreamOptions): AsyncGenerator<AnyMessage, undefined> {
  let noise = 0;
  let problem: BadStream | undefined;
  try {
    for await (const line of readLines(options.output)) {
      const message = parseMessage(line);
      if (message === undefined) {
        if (++noise > MAX_NOISE_LINES)
          throw new BadStream(`It wrote ${String(noise)} lines that are no messages.`);
        continue;
      }
      await options.ready();
      // The SDK would refuse what it does not know, and say so on our standard error.
      if (isNotification(message)) options.onNotification(message.method, message.params);
      else yield message;
    }
  } catch (error) {
    // A pipe that breaks is the end of the process, which tells more.
    if (error instanceof BadStream) problem = error;
  } finally {
    options.onEnd(problem);
  }
  return undefined;
}

async function* readLines(output: Readable): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of output as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      yield Buffer.concat(parts).toString().trim();
      parts = [];
      size = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    parts.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > MAX_LINE_BYTES) throw new BadStream('It wrote a line of more than 32 MB.');
  }
  if (parts.length > 0) yield Buffer.concat(parts).toString().trim();
}

function parseMessage(line: string): AnyMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    const isMessage =
      typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0';
    return isMessage && ('method' in value || 'id' in value) ? (value as AnyMessage) : undefined;
  } catch {
    return undefined;
  }
}

function isNotification(message: AnyMessage): message is AnyNotification {
  return 'method' in message && !('id' in message);
}
